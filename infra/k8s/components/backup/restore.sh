#!/bin/bash
# Replaces the database of SERVICE by its dump in the backup BACKUP, up to the moment at which that dump ended. Stop the service first.
set -euo pipefail
umask 077

archive=${BACKUPS:-/backups}/$BACKUP/$SERVICE.archive
if ! [ -e "$archive" ]; then
  echo "There is no $archive. The backups:" >&2
  ls "${BACKUPS:-/backups}" >&2
  exit 1
fi
config=${TMPDIR:-/tmp}/mongorestore.yaml
password=PASSWORD_${SERVICE^^}
printf 'password: "%s"\n' "${!password}" >"$config"
tls=()
if [ -e "/etc/tls/$SERVICE/ca.crt" ]; then tls=(--ssl "--sslCAFile=/etc/tls/$SERVICE/ca.crt"); fi
mongorestore --config="$config" --host="rs0/$SERVICE-mongo-srv:27017" --username=root --authenticationDatabase=admin "${tls[@]}" \
  --drop --oplogReplay --gzip --archive="$archive"
echo "Restored $SERVICE from $BACKUP."
