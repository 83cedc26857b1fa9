import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getServer } from './get-servers.ts';
import type { Server, Source } from './server.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
let reported: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketing servers '));
  env = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: join(folder, 'bin') };
  reported = [];
});
afterEach(() => rm(folder, { recursive: true }));

async function installProgram(path: string, version: string) {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`);
  await chmod(path, 0o755);
}

const sourceOf = (version: string): Source => ({
  name: `source of ${version}`,
  get: (into) => installProgram(join(into, 'redis-server'), version),
});
const failingSource: Source = {
  name: 'a failing site',
  get: () => Promise.reject(new Error('could not connect to failing.example')),
};

function server(...sources: Source[]): Server {
  return {
    name: 'redis-server',
    minimumVersion: '6.2.0',
    variable: 'REDIS_SERVER_PATH',
    sources,
    install: 'apt install redis',
  };
}

const get = (wanted: Server) => getServer(wanted, (line) => reported.push(line), env);
const cached = () => join(folder, 'cache/ticketing/redis-server/redis-server');

describe('getServer', () => {
  it('prefers the program that the variable names', async () => {
    await installProgram(join(folder, 'mine'), '6.2.1');
    await installProgram(join(folder, 'bin/redis-server'), '7.0.0');
    env.REDIS_SERVER_PATH = join(folder, 'mine');

    expect(await get(server())).toBe(join(folder, 'mine'));
  });

  it('rejects when the program that the variable names cannot be used, and looks nowhere else', async () => {
    await installProgram(join(folder, 'bin/redis-server'), '7.0.0');
    env.REDIS_SERVER_PATH = join(folder, 'nowhere');

    await expect(get(server())).rejects.toThrow(
      `REDIS_SERVER_PATH is invalid: ${folder}/nowhere does not exist or is not executable`,
    );
  });

  it('uses the program on the PATH when it is new enough', async () => {
    await installProgram(join(folder, 'bin/redis-server'), '6.10.0');

    expect(await get(server(failingSource))).toBe(join(folder, 'bin/redis-server'));
  });

  it('tries the next source when one fails, and finds the program in the cache after that', async () => {
    await installProgram(join(folder, 'bin/redis-server'), '5.0.7');

    expect(await get(server(failingSource, sourceOf('7.0.15')))).toBe(cached());
    expect(await get(server(failingSource))).toBe(cached());
    expect(reported).toEqual([
      'Getting redis-server: a failing site …',
      'Could not get redis-server: a failing site: could not connect to failing.example',
      'Getting redis-server: source of 7.0.15 …',
      expect.stringMatching(/^Got redis-server in \d+\.\d s$/),
    ]);
  });

  it('caches no program that is too old and leaves no files', async () => {
    await expect(get(server(sourceOf('6.0.9')))).rejects.toThrow(
      'has version 6.0.9, which is older than 6.2.0',
    );

    expect(await readdir(join(folder, 'cache/ticketing'))).toEqual([]);
  });

  it('downloads once when three processes need the program at the same time', async () => {
    let fetched = 0;
    const slow: Source = {
      name: 'slow',
      async get(into) {
        fetched++;
        await installProgram(join(into, 'redis-server'), '7.0.0');
      },
    };

    const found = await Promise.all([get(server(slow)), get(server(slow)), get(server(slow))]);

    expect(found).toEqual([cached(), cached(), cached()]);
    expect(fetched).toBe(1);
  });

  it('downloads although a process died during an earlier download', async () => {
    await mkdir(join(folder, 'cache/ticketing'), { recursive: true });
    await writeFile(join(folder, 'cache/ticketing/redis-server.lock'), '4194303');
    await mkdir(join(folder, 'cache/ticketing/.redis-server-half'));

    expect(await get(server(sourceOf('7.0.0')))).toBe(cached());
    expect(await readdir(join(folder, 'cache/ticketing'))).toEqual(['redis-server']);
  });

  it('rejects with everything tried, each reason, and how to install the program', async () => {
    const error: Error = (await get(server(failingSource, sourceOf('6.0.9'))).catch(
      (reason: Error) => reason,
    )) as Error;

    expect(error.message.replaceAll(folder, '~').replace(/\.redis-server-\w+/, 'x')).toBe(
      [
        'redis-server 6.2.0 or later was not found and could not be downloaded. Tried:',
        '  REDIS_SERVER_PATH  not set',
        '  PATH               redis-server not found',
        '  cache              ~/cache/ticketing/redis-server/redis-server does not exist or is not executable',
        '  a failing site     could not connect to failing.example',
        '  source of 6.0.9    ~/cache/ticketing/x/redis-server has version 6.0.9, which is older than 6.2.0',
        'Install it and try again:  apt install redis',
        'Or set the path of your own copy:  REDIS_SERVER_PATH=/path/to/redis-server',
      ].join('\n'),
    );
  });
});
