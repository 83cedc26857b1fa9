/* global db */
// The mongo image runs this with mongosh as root, once, on an empty volume. It creates the user of the service, which can
// read and write the service's own database and nothing else.
const name = process.env.MONGO_INITDB_DATABASE;
db.getSiblingDB('admin').createUser({
  user: name,
  pwd: process.env.MONGO_SERVICE_PASSWORD,
  roles: [{ role: 'readWrite', db: name }],
});
