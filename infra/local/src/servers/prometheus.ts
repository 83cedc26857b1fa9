import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackPackages } from './debian.ts';
import type { Server } from './server.ts';

/** Both programs are in one package and need none of those that it depends on, which are for its web pages. */
function fromPackage(name: 'prometheus' | 'promtool', variable: string): Server {
  return {
    name,
    minimumVersion: '2.42.0',
    variable,
    sources: [
      {
        name: 'Debian package prometheus',
        async get(folder) {
          await unpackPackages(['prometheus'], folder);
          await rename(join(folder, 'root/usr/bin', name), join(folder, name));
          await rm(join(folder, 'root'), { recursive: true });
        },
      },
    ],
    install: process.platform === 'darwin' ? 'brew install prometheus' : 'sudo apt-get install prometheus',
  };
}

/** Measures the shop for `npm start -- --observe`. */
export const prometheus = fromPackage('prometheus', 'PROMETHEUS_PATH');

/** Tests the alert rules. */
export const promtool = fromPackage('promtool', 'PROMTOOL_PATH');
