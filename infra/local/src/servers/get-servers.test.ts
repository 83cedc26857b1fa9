import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getServer } from './get-servers.ts';
import type { Server, Source } from './server.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketing servers '));
  env = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: join(folder, 'bin') };
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

async function program(path: string, version: string) {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`);
  await chmod(path, 0o755);
}

const brings = (version: string): Source => ({
  name: `source of ${version}`,
  get: (into) => program(join(into, 'redis-server'), version),
});
const fails: Source = {
  name: 'a site that is away',
  get: () => Promise.reject(new Error('away.example cannot be reached')),
};

function server(...sources: Source[]): Server {
  return {
    name: 'redis-server',
    atLeast: '6.2.0',
    variable: 'REDIS_SERVER_PATH',
    sources,
    install: 'apt install redis',
  };
}

const get = (wanted: Server) => getServer(wanted, (line) => said.push(line), env);
const cached = () => join(folder, 'cache/ticketing/redis-server/redis-server');

describe('A server program', () => {
  it('is the one that the variable names, before all others', async () => {
    await program(join(folder, 'mine'), '6.2.1');
    await program(join(folder, 'bin/redis-server'), '7.0.0');
    env.REDIS_SERVER_PATH = join(folder, 'mine');

    expect(await get(server())).toBe(join(folder, 'mine'));
  });

  it('is not silently another one when the named one cannot be used', async () => {
    await program(join(folder, 'bin/redis-server'), '7.0.0');
    env.REDIS_SERVER_PATH = join(folder, 'nowhere');

    await expect(get(server())).rejects.toThrow(
      `REDIS_SERVER_PATH cannot be used: no program at ${folder}/nowhere`,
    );
  });

  it('is the one on the PATH when that is new enough', async () => {
    await program(join(folder, 'bin/redis-server'), '6.10.0');

    expect(await get(server(fails))).toBe(join(folder, 'bin/redis-server'));
  });

  it('is fetched from the next source when one fails, and found in the cache from then on', async () => {
    await program(join(folder, 'bin/redis-server'), '5.0.7');

    expect(await get(server(fails, brings('7.0.15')))).toBe(cached());
    expect(await get(server(fails))).toBe(cached());
    expect(said).toEqual([
      'redis-server: a site that is away …',
      'redis-server: a site that is away: away.example cannot be reached',
      'redis-server: source of 7.0.15 …',
      expect.stringMatching(/^redis-server: ready after \d+\.\d s$/),
    ]);
  });

  it('does not enter the cache when it is too old, and leaves nothing behind', async () => {
    await expect(get(server(brings('6.0.9')))).rejects.toThrow('is 6.0.9, older than 6.2.0');

    expect(await readdir(join(folder, 'cache/ticketing'))).toEqual([]);
  });

  it('is fetched once when two checkouts want it at the same time', async () => {
    let fetched = 0;
    const slow: Source = {
      name: 'slow',
      async get(into) {
        fetched++;
        await program(join(into, 'redis-server'), '7.0.0');
      },
    };

    const found = await Promise.all([get(server(slow)), get(server(slow)), get(server(slow))]);

    expect(found).toEqual([cached(), cached(), cached()]);
    expect(fetched).toBe(1);
  });

  it('is fetched although the one who began it has died', async () => {
    await mkdir(join(folder, 'cache/ticketing'), { recursive: true });
    await writeFile(join(folder, 'cache/ticketing/redis-server.lock'), '4194303');
    await mkdir(join(folder, 'cache/ticketing/.redis-server-half'));

    expect(await get(server(brings('7.0.0')))).toBe(cached());
    expect(await readdir(join(folder, 'cache/ticketing'))).toEqual(['redis-server']);
  });

  it('that cannot be had is explained: everything tried, why it failed, what to type', async () => {
    const error: Error = (await get(server(fails, brings('6.0.9'))).catch(
      (reason: Error) => reason,
    )) as Error;

    expect(error.message.replaceAll(folder, '~').replace(/\.redis-server-\w+/, 'x')).toBe(
      [
        'redis-server (6.2.0 or later) was not found and could not be fetched. Tried:',
        '  REDIS_SERVER_PATH    not set',
        '  PATH                 no redis-server there',
        '  cache                no program at ~/cache/ticketing/redis-server/redis-server',
        '  a site that is away  away.example cannot be reached',
        '  source of 6.0.9      ~/cache/ticketing/x/redis-server is 6.0.9, older than 6.2.0',
        'Install it and start again:  apt install redis',
        'or name your own copy:  REDIS_SERVER_PATH=/path/to/redis-server',
      ].join('\n'),
    );
  });
});
