import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo, Mongoose } from 'mongoose';
import { freePort, portOpen } from '../../../infra/local/src/ports.ts';
import { mongodArgs } from '../../../infra/local/src/stores.ts';
import type { Authority } from '../../../infra/local/test/certificates.ts';
import { createAuthority } from '../../../infra/local/test/certificates.ts';
import { silentLog } from '../testing.ts';
import { connectMongo, mongoTls } from './mongo.ts';

describe('a connection to MongoDB with TLS', () => {
  let authority: Authority;
  let other: Authority;
  let mongod: ChildProcess;
  let folder: string;
  let port: number;

  beforeAll(async () => {
    authority = createAuthority();
    other = createAuthority();
    folder = await mkdtemp(join(tmpdir(), 'mongo-tls-'));
    port = await freePort();
    const { caFile, combinedFile } = authority.issue('DNS:localhost');
    const tls = ['--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', combinedFile, '--tlsCAFile', caFile];
    mongod = spawn(
      process.env['TEST_MONGOD_PATH'] ?? '',
      [...mongodArgs({ data: folder, port }), ...tls, '--tlsAllowConnectionsWithoutCertificates'],
      { stdio: 'ignore' },
    );
    await portOpen(port, () => mongod.exitCode === null);
  }, 120_000);

  afterAll(async () => {
    const exit = once(mongod, 'exit');
    mongod.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true });
    authority.remove();
    other.remove();
  });

  it.each(['', '?tls=true'])(
    'is made with the authority of its certificate and the URI parameters "%s"',
    async (query) => {
      const db = new Mongoose();

      await connectMongo(db, `mongodb://localhost:${port}/orders${query}`, silentLog, { ca: authority.ca });

      expect(db.connection.readyState).toBe(1);
      await db.disconnect();
    },
  );

  it('is refused for another authority, another host, and without TLS', async () => {
    const fails = (host: string, query: string, ca?: string) => {
      const options = { ...mongoTls(ca), serverSelectionTimeoutMS: 2_000 };
      return expect(new mongo.MongoClient(`mongodb://${host}:${port}/${query}`, options).connect()).rejects;
    };

    await fails('localhost', '', other.ca).toThrow(/certificate/);
    await fails('localhost', '?tls=true').toThrow(/certificate/);
    await fails('127.0.0.1', '', authority.ca).toThrow(/altnames/);
    await fails('localhost', '').toThrow(/closed/);
  });
});
