import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo, Mongoose } from 'mongoose';
import { freePort, portOpen } from '../../infra/local/src/ports.ts';
import { connectMongo, indexesOnly } from '../src/store/mongo.ts';
import { silentLog } from '../src/testing.ts';

const infra = join(import.meta.dirname, '../../infra');

describe('the user of a service in the cluster', () => {
  let folder: string;
  let port: number;
  let entry: ChildProcess;
  const uri = (credentials: string, database = 'orders') =>
    `mongodb://${credentials}@127.0.0.1:${port}/${database}?authSource=admin`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mongo-users-'));
    port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      MONGO_INITDB_ROOT_USERNAME: 'root',
      MONGO_INITDB_ROOT_PASSWORD: 'secret of root',
      MONGO_INITDB_DATABASE: 'orders',
      MONGO_SERVICE_PASSWORD: 'secret',
      MONGOD: process.env['TEST_MONGOD_PATH'],
      MONGO_DATA: folder,
      MONGO_SCRIPTS: join(infra, 'k8s/base/mongo'),
      MONGO_FIRST_PORT: String(await freePort()),
    };
    const args = ['--port', String(port), '--bind_ip', '127.0.0.1', '--wiredTigerCacheSizeGB', '0.25'];
    entry = spawn(process.execPath, [join(infra, 'docker/mongo-entry.mjs'), ...args], {
      env,
      stdio: 'ignore',
    });
    await portOpen(port, () => entry.exitCode === null);
  }, 120_000);

  afterAll(async () => {
    const exit = once(entry, 'exit');
    entry.kill('SIGTERM');
    await exit;
    await rm(folder, { recursive: true });
  });

  it('may do what a service does when it starts: create indexes, insert, update and delete', async () => {
    const db = new Mongoose();
    const fields = { _id: String, name: { type: String, index: true } };
    db.model('Thing', new db.Schema(fields, indexesOnly));

    await connectMongo(db, uri('orders:secret'), silentLog);

    expect(await db.connection.collection('things').indexes()).toHaveLength(2);
    await db.disconnect();
  });

  it('may not read another database, administer the server or change users', async () => {
    const client = new mongo.MongoClient(uri('orders:secret'));

    const refused = { codeName: 'Unauthorized' };
    await expect(client.db('auth').collection('users').findOne()).rejects.toMatchObject(refused);
    for (const command of [{ serverStatus: 1 }, { usersInfo: 1 }, { getCmdLineOpts: 1 }])
      await expect(client.db('admin').command(command)).rejects.toMatchObject(refused);
    const more = { updateUser: 'orders', roles: ['root'] };
    await expect(client.db('admin').command(more)).rejects.toMatchObject(refused);
    await client.close();
  });

  it('needs its password', async () => {
    for (const credentials of ['orders:wrong', 'root:secret']) {
      const client = new mongo.MongoClient(uri(credentials));
      await expect(client.connect()).rejects.toThrow('Authentication failed');
    }
  });
});
