// The entry point of the substitute for the official mongo image: on an empty volume it creates the user root from the same
// variables, and runs the same scripts. These call only `db.getSiblingDB(…).createUser(…)`. The last four variables are for
// tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { MongoClient } from 'mongodb';

const { MONGO_INITDB_ROOT_USERNAME: root, MONGO_INITDB_ROOT_PASSWORD: pwd } = process.env;
const {
  MONGOD = '/usr/bin/mongod',
  MONGO_DATA = '/data/db',
  MONGO_SCRIPTS = '/docker-entrypoint-initdb.d',
  MONGO_FIRST_PORT = '27018',
} = process.env;
const start = (args) =>
  spawn(MONGOD, ['--dbpath', MONGO_DATA, '--nounixsocket', ...args], { stdio: 'inherit' });

if (!existsSync(join(MONGO_DATA, 'WiredTiger')) && root) {
  const first = start(['--bind_ip', '127.0.0.1', '--port', MONGO_FIRST_PORT]);
  const client = new MongoClient(`mongodb://127.0.0.1:${MONGO_FIRST_PORT}/?directConnection=true`);
  const users = [{ database: 'admin', user: root, pwd, roles: ['root'] }, ...usersOfScripts()];
  for (const { database, user, ...options } of users)
    await client.db(database).command({ createUser: user, ...options });
  await client.close();
  first.kill('SIGTERM');
  await once(first, 'exit');
}

const mongod = start([...process.argv.slice(2), ...(root ? ['--auth'] : [])]);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => mongod.kill(signal));
mongod.once('exit', (code) => process.exit(code ?? 1));

/** mongosh is not available, and the scripts do not wait for results, so they run first and the commands follow. */
function usersOfScripts() {
  const users = [];
  const db = {
    getSiblingDB: (database) => ({ createUser: (user) => users.push({ database, ...user }) }),
  };
  const files = existsSync(MONGO_SCRIPTS) ? readdirSync(MONGO_SCRIPTS) : [];
  for (const file of files.filter((name) => name.endsWith('.js')).sort())
    runInNewContext(readFileSync(join(MONGO_SCRIPTS, file), 'utf8'), { db, process: { env: process.env } });
  return users;
}
