import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getServers } from '../../local/src/servers/get-servers.ts';
import { BUILD_IMAGE, run, RUNTIME_IMAGE } from './stand-ins.ts';

const MONGOSH_VERSION = '2.5.10';

const servers = ['mongod', 'redis-server', 'nats-streaming-server', 'nats-server'] as const;

/**
 * Builds substitutes for the official store images, under the names that the manifests use, from the same servers that
 * `npm start` runs. The mongodump and mongorestore of that of MongoDB are substitutes too.
 */
export async function makeStoreStandIns(): Promise<void> {
  const paths = await getServers((line) => process.stdout.write(`${line}\n`), servers);
  // The image for builds has a shell and Node, which the scripts in infra/k8s/base/mongo and the probes need.
  make('mongo:8.0', BUILD_IMAGE, ['docker-entrypoint.sh', 'mongod'], (tree) => {
    install(tree, paths.mongod, '/usr/bin/mongod');
    const home = join(tree, 'opt/mongo');
    mkdirSync(home, { recursive: true });
    run('npm', ['install', '--silent', '--ignore-scripts', '--prefix', home, `mongosh@${MONGOSH_VERSION}`]);
    for (const file of ['mongo-entry.mjs', 'mongo-tools.mjs'])
      cpSync(join(import.meta.dirname, '..', file), join(home, file));
    script(tree, 'docker-entrypoint.sh', 'shift\nexec node /opt/mongo/mongo-entry.mjs "$@"');
    for (const tool of ['mongodump', 'mongorestore'])
      script(tree, tool, `exec node /opt/mongo/mongo-tools.mjs ${tool} "$@"`);
    script(tree, 'mongosh', 'exec node /opt/mongo/node_modules/mongosh/bin/mongosh.js "$@"');
  });
  make('redis:7.4-bookworm', BUILD_IMAGE, ['/usr/bin/redis-server'], (tree) => {
    const server = executableOf(paths['redis-server']);
    install(tree, server, '/usr/bin/redis-server');
    install(tree, join(dirname(server), 'redis-cli'), '/usr/bin/redis-cli');
  });
  for (const [image, server] of [
    ['nats-streaming:0.25.6', 'nats-streaming-server'],
    ['nats:2.15.2', 'nats-server'],
  ] as const)
    make(image, RUNTIME_IMAGE, [`/${server}`], (tree) => cpSync(paths[server], join(tree, server)));
}

function make(name: string, from: string, entrypoint: string[], fill: (tree: string) => void): void {
  const tree = mkdtempSync(join(tmpdir(), 'image-'));
  const container = run('buildah', ['from', '--pull-never', from]);
  try {
    fill(tree);
    run('chmod', ['755', tree]);
    run('buildah', ['copy', '-q', container, tree, '/']);
    run('buildah', [
      'config',
      '--entrypoint',
      JSON.stringify(entrypoint),
      '--cmd',
      '[]',
      '--workingdir',
      '/',
      container,
    ]);
    run('buildah', ['commit', '-q', container, `localhost/${name}`]);
  } finally {
    run('buildah', ['rm', container]);
    rmSync(tree, { recursive: true });
  }
}

function script(tree: string, name: string, body: string): void {
  const folder = join(tree, 'usr/local/bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
}

/** infra/local may have installed redis-server behind a shell script; returns the executable itself. */
function executableOf(path: string): string {
  const isScript = readFileSync(path).subarray(0, 2).toString() === '#!';
  return isScript ? join(dirname(realpathSync(path)), 'root/usr/bin/redis-server') : path;
}

/** Copies the program with all libraries that it loads to the paths where the loader finds them. */
function install(tree: string, program: string, target: string): void {
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    cpSync(realpathSync(from), join(tree, to), { dereference: true });
  };
  copy(program, target);
  const root = join(dirname(program), '../..');
  const beside = run('sh', [
    '-c',
    'ls -d "$0"/usr/lib/*-linux-gnu* "$0"/lib/*-linux-gnu* 2>/dev/null || true',
    root,
  ]);
  const search = beside.split('\n').filter(Boolean).join(':');
  const list = run('env', [...(search ? [`LD_LIBRARY_PATH=${search}`] : []), 'ldd', realpathSync(program)]);
  for (const [, library = ''] of list.matchAll(/(\/\S+) \(0x/g))
    copy(library, library.startsWith(root) && root.length > 1 ? library.slice(root.length) : library);
}
