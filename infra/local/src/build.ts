import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import serviceList from '../../../services.json' with { type: 'json' };
import { withLock } from './servers/cache.ts';

export type ServiceName = keyof typeof serviceList;
export const services = Object.keys(serviceList) as ServiceName[];
/** The services that keep their state in a MongoDB of their own. */
export const mongoServices = services.filter((service) => serviceList[service].store === 'mongodb');

const bundled = [...services, 'infra/stripe'];
/** Of this checkout: an earlier release that `npm run faults` builds may have none. */
const bundler = join(import.meta.dirname, '../../docker/bundle.mjs');
const bundleRunner = join(import.meta.dirname, '../../docker/run-bundle.cjs');
const ignoredNames = new Set(['node_modules', 'dist', '.next', 'test', 'next-env.d.ts']);

/** Bundles the services and the emulator when their sources have changed. Returns whether it did. */
export function buildServices(root: string): Promise<boolean> {
  const sources = [
    ...['common', ...bundled].map((folder) => join(root, folder)),
    bundler,
    bundleRunner,
    join(root, 'tsconfig.json'),
    join(root, 'package-lock.json'),
  ];
  const built = bundled.map((folder) => join(root, folder, 'dist/index.js'));
  return buildIfChanged(root, 'services', sources, built, async () => {
    await runLogged(process.execPath, [bundler, root, ...bundled], root);
  });
}

/** Bundles the programs of infra/local when their sources have changed: they start in a fraction of the CPU time. */
export function buildLocalPrograms(root: string): Promise<boolean> {
  const folder = join(root, 'infra/local');
  const sources = [join(root, 'common'), folder, bundler, bundleRunner, join(root, 'package-lock.json')];
  const built = ['guard', 'router'].map((program) => join(folder, `dist/${program}.js`));
  return buildIfChanged(root, 'local', sources, built, () =>
    runLogged(process.execPath, [bundler, root, 'infra/local'], root),
  );
}

export const clientServer = (root: string) => join(root, 'client/.next/standalone/client/server.js');

/** Builds the web client and its static files when their sources have changed. Returns whether it did. */
export function buildClient(root: string): Promise<boolean> {
  const client = join(root, 'client');
  return buildIfChanged(
    root,
    'client',
    [client, join(root, 'common/src/timeline'), join(root, 'package-lock.json')],
    [clientServer(root)],
    async () => {
      await runLogged(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], client);
      const standalone = join(client, '.next/standalone/client');
      cpSync(join(client, '.next/static'), join(standalone, '.next/static'), { recursive: true });
      if (existsSync(join(client, 'public')))
        cpSync(join(client, 'public'), join(standalone, 'public'), { recursive: true });
    },
  );
}

async function buildIfChanged(
  root: string,
  name: string,
  sources: string[],
  built: string[],
  build: () => Promise<void>,
) {
  const stamps = join(root, 'node_modules/.cache/ticketing');
  const stamp = join(stamps, `${name}.stamp`);
  return withLock(stamps, name, async () => {
    const hash = hashOf(root, sources);
    const isFresh =
      existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && built.every((file) => existsSync(file));
    if (isFresh) return false;
    rmSync(stamp, { force: true });
    await build();
    mkdirSync(stamps, { recursive: true });
    writeFileSync(stamp, hash);
    return true;
  });
}

function hashOf(root: string, paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(path))
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !ignoredNames.has(name) && !name.endsWith('.tsbuildinfo') && !name.includes('.test.'))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** Rejects with the output of the command, because it contains the compiler errors. */
function runLogged(command: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The build failed:\n${output.trim()}`)),
    );
  });
}
