// The entry point of the substitute for the official mongo image: creates the root user from the same variables.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { MongoClient } from 'mongodb';

const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: pwd } = process.env;
const start = (args) => spawn('/usr/bin/mongod', ['--dbpath', '/data/db', ...args], { stdio: 'inherit' });

if (!existsSync('/data/db/WiredTiger') && user) {
  const first = start(['--bind_ip', '127.0.0.1', '--port', '27018', '--nounixsocket']);
  const client = new MongoClient('mongodb://127.0.0.1:27018/?directConnection=true');
  const admin = client.db('admin');
  const { users } = await admin.command({ usersInfo: user });
  if (users.length === 0) await admin.command({ createUser: user, pwd, roles: ['root'] });
  await client.close();
  first.kill('SIGTERM');
  await once(first, 'exit');
}

const mongod = start([...process.argv.slice(2), ...(user ? ['--auth'] : []), '--nounixsocket']);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => mongod.kill(signal));
mongod.once('exit', (code) => process.exit(code ?? 1));
