#!/bin/bash
# mongod as a replica set of one member, so that it has an oplog: `mongodump --oplog`, change streams and operators need one. The
# members of a set with users authenticate to each other with a key. This set has no other member, so its key is random at
# each start, and no one knows it.
set -euo pipefail
key=${TMPDIR:-/tmp}/keyfile
rm -f "$key"
(umask 077 && head -c 96 /dev/urandom | base64 | tr -d '\n' >"$key")
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile "$key" "$@"
