#!/bin/bash
# Asks the database, not the port: exits with 0 when it is the primary of its set. An absent home folder keeps mongosh from
# writing its log into the volume.
export HOME=/nonexistent
tls=()
if [ -e /etc/tls/ca.crt ]; then tls=(--tls --tlsCAFile /etc/tls/ca.crt --tlsAllowInvalidHostnames); fi
exec mongosh --quiet --norc "${tls[@]}" 'mongodb://127.0.0.1:27017/?directConnection=true' /etc/mongo/primary.js
