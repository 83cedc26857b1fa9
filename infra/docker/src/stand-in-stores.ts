import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getServers } from '../../local/src/servers/get-servers.ts';
import { imageOf } from './build-image.ts';
import { run, RUNTIME_IMAGE } from './stand-ins.ts';

const servers = ['mongod', 'redis-server', 'nats-streaming-server', 'nats-server'] as const;

/**
 * Builds substitutes for the official store images, under the names that the manifests use, from the same servers that
 * `npm start` runs. Needs the image of tickets.
 */
export async function makeStoreStandIns(): Promise<void> {
  const paths = await getServers((line) => process.stdout.write(`${line}\n`), servers);
  const mongoEntry = join(import.meta.dirname, '../mongo-entry.mjs');
  // The image of tickets contains the MongoDB driver, which creates the first user.
  make('mongo:8.0', imageOf('tickets'), ['/nodejs/bin/node', '/app/mongo-entry.mjs'], (tree) => {
    install(tree, paths.mongod, '/usr/bin/mongod');
    mkdirSync(join(tree, 'app'));
    cpSync(mongoEntry, join(tree, 'app/mongo-entry.mjs'));
  });
  make('redis:7.4-bookworm', RUNTIME_IMAGE, ['/usr/bin/redis-server'], (tree) => {
    install(tree, executableOf(paths['redis-server']), '/usr/bin/redis-server');
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
