// Substitutes for mongodump and mongorestore in the substitute for the official mongo image: the options that
// infra/k8s/components/backup uses, and an archive of their own format. Like the originals they dump each collection, then what
// was written meanwhile (--oplog), and replay that with `applyOps`, which needs the same rights. Unlike these they leave out
// the databases admin, config and local, so users stay as they are.
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGunzip, createGzip } from 'node:zlib';
import { BSON, MongoClient } from 'mongodb';

const [tool, ...args] = process.argv.slice(2);
const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }];
const tls = { ssl: flag, sslCAFile: text };
const address = { config: text, host: text, username: text, authenticationDatabase: text, archive: text };
const modes = { oplog: flag, gzip: flag, drop: flag, oplogReplay: flag };
const { values } = parseArgs({ args, options: { ...address, ...modes, ...tls } });
const exactTypes = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

/** The members of a set are listed as `<set>/<host>:<port>`, and the password is the only setting in the file. */
async function connect() {
  const [replicaSet, host] = values.host.split('/');
  const [, password] = /^password: (".*")$/m.exec(readFileSync(values.config, 'utf8'));
  return MongoClient.connect(`mongodb://${host}/`, {
    auth: { username: values.username, password: JSON.parse(password) },
    authSource: values.authenticationDatabase,
    replicaSet,
    ...(values.ssl && { tls: true, tlsCAFile: values.sslCAFile }),
    ...exactTypes,
  });
}

async function* dump(client) {
  const oplog = client.db('local').collection('oplog.rs');
  const newest = async () => (await oplog.find().sort({ $natural: -1 }).limit(1).next()).ts;
  const from = await newest();
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  for (const name of databases.map((database) => String(database.name)))
    if (!['admin', 'config', 'local'].includes(name)) yield* dumpDatabase(client.db(name));
  for await (const entry of oplog.find({ ts: { $gt: from, $lte: await newest() } })) yield { entry };
}

async function* dumpDatabase(db) {
  for (const { name, type, options } of await db.listCollections().toArray()) {
    if (String(type) !== 'collection') continue;
    const collection = db.collection(String(name));
    const indexes = await collection.listIndexes().toArray();
    yield { db: db.databaseName, collection: collection.collectionName, options, indexes };
    for await (const document of collection.find()) yield { document };
  }
}

async function* inBson(items) {
  let count = 0;
  for await (const item of items) {
    if (item.document) count += 1;
    yield BSON.serialize(item);
  }
  console.error(`dumped ${count} documents`);
}

async function restore(client, bytes) {
  let collection;
  let waiting = [];
  const flush = async () => {
    if (waiting.length > 0) await collection.insertMany(waiting);
    waiting = [];
  };
  const counts = { documents: 0, entries: 0 };
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    const item = BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)), exactTypes);
    if (item.document) {
      waiting.push(item.document);
      counts.documents += 1;
      if (waiting.length === 1000) await flush();
      continue;
    }
    await flush();
    if (item.collection) collection = await createAgain(client.db(item.db), item);
    else counts.entries += await replay(client, item.entry);
  }
  await flush();
  console.error(`restored ${counts.documents} documents, replayed ${counts.entries} entries of the oplog`);
}

async function createAgain(db, { collection: name, options, indexes }) {
  await db.collection(name).drop();
  await db.command({ create: name, ...options });
  await db.command({ createIndexes: name, indexes });
  return db.collection(name);
}

/** Returns how many entries it applied: those of a collection that has since been created again have another UUID. */
async function replay(client, { op, ns, o, o2 }) {
  const [database] = String(ns).split('.');
  if (String(op) === 'n' || ['admin', 'config', 'local'].includes(database)) return 0;
  await client.db('admin').command({ applyOps: [{ op, ns, o, ...(o2 && { o2 }) }] });
  return 1;
}

const client = await connect();
if (tool === 'mongodump')
  await pipeline(dump(client), inBson, createGzip(), createWriteStream(values.archive));
else await restore(client, await buffer(createReadStream(values.archive).pipe(createGunzip())));
await client.close();
