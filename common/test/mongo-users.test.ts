import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { mongo, Mongoose } from 'mongoose';
import { freePort, portOpen } from '../../infra/local/src/ports.ts';
import { connectMongo, indexesOnly } from '../src/store/mongo.ts';
import { eventually, silentLog } from '../src/testing.ts';

const execute = promisify(execFile);
const infra = join(import.meta.dirname, '../../infra');
const mongo8 = join(infra, 'k8s/base/mongo');

describe('MongoDB in the cluster', () => {
  let folder: string;
  let port: number;
  let entry: ChildProcess;
  let root: mongo.MongoClient;
  const uri = (credentials: string, database = 'orders') =>
    `mongodb://${credentials}@127.0.0.1:${port}/${database}?authSource=admin`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mongo-users-'));
    const data = join(folder, 'data');
    await mkdir(data);
    // The entry point of the substitute for the official image takes the place of that of the image.
    const entryPoint = `#!/bin/bash\nshift\nexec '${process.execPath}' '${join(infra, 'docker/mongo-entry.mjs')}' "$@"\n`;
    await writeFile(join(folder, 'docker-entrypoint.sh'), entryPoint, { mode: 0o755 });
    port = await freePort();
    const env = {
      PATH: `${folder}${delimiter}${process.env['PATH']}`,
      TMPDIR: folder,
      MONGO_INITDB_ROOT_USERNAME: 'root',
      MONGO_INITDB_ROOT_PASSWORD: 'secret of root',
      MONGO_INITDB_DATABASE: 'orders',
      MONGO_SERVICE_PASSWORD: 'secret',
      MONGOD: process.env['TEST_MONGOD_PATH'],
      MONGO_DATA: data,
      MONGO_SCRIPTS: mongo8,
      MONGO_FIRST_PORT: String(await freePort()),
    };
    const args = ['--port', String(port), '--bind_ip', '127.0.0.1', '--wiredTigerCacheSizeGB', '0.25'];
    entry = spawn('bash', [join(mongo8, 'scripts/start.sh'), ...args], { env, stdio: 'ignore' });
    await portOpen(port, () => entry.exitCode === null);
    root = await new mongo.MongoClient(
      `${uri('root:secret%20of%20root', 'admin')}&directConnection=true`,
    ).connect();
  }, 120_000);

  afterAll(async () => {
    await root.close();
    const exit = once(entry, 'exit');
    entry.kill('SIGTERM');
    await exit;
    await rm(folder, { recursive: true });
  });

  /** Runs primary.js, as mongosh does in the probes; the member gets the address of this test. Returns its exit code. */
  async function probe(): Promise<number> {
    const hello = await root.db('admin').command({ hello: 1 });
    const sets: { members: { host: string }[] }[] = [];
    let code = -1;
    runInNewContext(await readFile(join(mongo8, 'scripts/primary.js'), 'utf8'), {
      db: { hello: () => hello, getSiblingDB: () => ({ auth: () => 1 }) },
      rs: { initiate: (set: (typeof sets)[number]) => sets.push(set) },
      quit: (given: number) => (code = given),
      process: { env: { MONGO_INITDB_DATABASE: 'orders' } },
    });
    for (const set of sets) {
      expect(set.members.map(({ host }) => host)).toEqual(['orders-mongo-srv:27017']);
      const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
      await root.db('admin').command({ replSetInitiate: { ...set, members } });
    }
    return code;
  }

  it('is not ready before it is a replica set, which its probe creates, and then has an oplog', async () => {
    expect(await probe()).toBe(1);
    await eventually(async () => (await probe()) === 0);
    expect(await root.db('local').collection('oplog.rs').countDocuments()).toBeGreaterThan(0);
  });

  it('lets a service do what it does when it starts: create indexes, insert, update and delete', async () => {
    const db = new Mongoose();
    const fields = { _id: String, name: { type: String, index: true } };
    db.model('Thing', new db.Schema(fields, indexesOnly));

    await connectMongo(db, uri('orders:secret'), silentLog);

    expect(await db.connection.collection('things').indexes()).toHaveLength(2);
    await db.disconnect();
  });

  it('does not let a service read another database, administer the server or change users', async () => {
    const client = new mongo.MongoClient(uri('orders:secret'));

    const refused = { codeName: 'Unauthorized' };
    await expect(client.db('auth').collection('users').findOne()).rejects.toMatchObject(refused);
    for (const command of [{ serverStatus: 1 }, { usersInfo: 1 }, { getCmdLineOpts: 1 }])
      await expect(client.db('admin').command(command)).rejects.toMatchObject(refused);
    const more = { updateUser: 'orders', roles: ['root'] };
    await expect(client.db('admin').command(more)).rejects.toMatchObject(refused);
    await client.close();
  });

  it('is restored with what was written during its dump, by the rights of root', async () => {
    const config = join(folder, 'password.yaml');
    const archive = join(folder, 'archive');
    const pipe = join(folder, 'pipe');
    await writeFile(config, 'password: "secret of root"\n');
    await execute('mkfifo', [pipe]);
    const run = async (tool: string, file: string, ...options: string[]) => {
      const user = [`--config=${config}`, '--username=root', '--authenticationDatabase=admin'];
      const place = [`--host=rs0/127.0.0.1:${port}`, '--gzip', `--archive=${file}`];
      const args = [join(infra, 'docker/mongo-tools.mjs'), tool, ...user, ...place, ...options];
      return (await execute(process.execPath, args, { timeout: 50_000 })).stderr;
    };
    const numbers = root.db('orders').collection<{ _id: number; price: mongo.Double }>('numbers');
    await numbers.createIndex({ price: 1 }, { unique: true });
    const write = (_id: number) => numbers.insertOne({ _id, price: new mongo.Double(_id) });
    await write(0);
    const filler = Array.from({ length: 300 }, () => ({ bytes: randomBytes(20_000) }));
    await root.db('payments').collection('filler').insertMany(filler);

    // Nothing reads the pipe yet, so the dump waits in the second database, after that of the numbers.
    const dumped = run('mongodump', pipe, '--oplog');
    await eventually(() => hasOpenCursor('payments.filler'));
    await write(1);
    await pipeline(createReadStream(pipe), createWriteStream(archive));
    expect(await dumped).toContain('dumped 301 documents');
    await numbers.deleteMany({});
    await run('mongorestore', archive, '--drop', '--oplogReplay');

    const restored = await numbers.find({}, { promoteValues: false }).sort({ _id: 1 }).toArray();
    expect(restored.map(({ _id }) => Number(_id))).toEqual([0, 1]);
    expect(restored[0]?.price).toBeInstanceOf(mongo.Double);
    expect((await numbers.indexes()).map(({ unique }) => unique)).toEqual([undefined, true]);
  }, 60_000);

  async function hasOpenCursor(ns: string): Promise<boolean> {
    const operations = root.db('admin').aggregate([{ $currentOp: { idleCursors: true, allUsers: true } }]);
    return (await operations.toArray()).some(
      (operation) => operation.type === 'idleCursor' && operation.ns === ns,
    );
  }

  it('requires the password', async () => {
    for (const credentials of ['orders:wrong', 'root:secret']) {
      const client = new mongo.MongoClient(uri(credentials));
      await expect(client.connect()).rejects.toThrow('Authentication failed');
    }
  });
});
