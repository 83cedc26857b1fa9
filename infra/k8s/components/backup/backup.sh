#!/bin/bash
# Dumps the four databases, one after the other, each with what is written meanwhile (--oplog), and keeps the latest dumps. A
# folder gets its name when it is complete. mongodump reads the password from a file, because every user of a node can read
# the arguments of its processes.
set -euo pipefail
umask 077

folder=${BACKUPS:-/backups}
config=${TMPDIR:-/tmp}/mongodump.yaml
name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
rm -rf "$folder"/*.partial
mkdir "$folder/$name.partial"
for service in auth tickets orders payments; do
  password=PASSWORD_${service^^}
  printf 'password: "%s"\n' "${!password}" >"$config"
  tls=()
  if [ -e "/etc/tls/$service/ca.crt" ]; then tls=(--ssl "--sslCAFile=/etc/tls/$service/ca.crt"); fi
  mongodump --config="$config" --host="rs0/$service-mongo-srv:27017" --username=root --authenticationDatabase=admin "${tls[@]}" \
    --oplog --gzip --archive="$folder/$name.partial/$service.archive"
done
mv "$folder/$name.partial" "$folder/$name"
ls -d "$folder"/*Z | sort | head -n "-$KEEP" | xargs --no-run-if-empty rm -r
echo "Wrote $name."
