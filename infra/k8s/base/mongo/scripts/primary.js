/* global db, quit, rs */
// The probes run this with mongosh. On a new volume, or one of a mongod without a set, it creates the set; the next probe finds
// its primary. The name of the member is the one that services connect to, because drivers continue with the names of members.
const { isreplicaset: isNotInitiated, isWritablePrimary, setName } = db.hello();
if (isNotInitiated) {
  db.getSiblingDB('admin').auth('root', process.env.MONGO_INITDB_ROOT_PASSWORD);
  const host = `${process.env.MONGO_INITDB_DATABASE}-mongo-srv:27017`;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host }] });
}
// While the image creates the users, a mongod without a set runs, which is not ready.
quit(isWritablePrimary && setName ? 0 : 1);
