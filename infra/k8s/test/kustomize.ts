import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.ts';

const VERSION = 'v5.8.0';
const k8s = resolve(import.meta.dirname, '..');

/** The command that renders: $KUSTOMIZE_PATH, kustomize or kubectl on the PATH, or a cached copy, installed with Go if necessary. */
export function findKustomize(): { command: string[] } | { missing: string } {
  const cache = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'ticketing/kustomize',
    VERSION,
  );
  const candidates = [
    process.env['KUSTOMIZE_PATH'] ? [process.env['KUSTOMIZE_PATH'], 'build'] : undefined,
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
    [join(cache, 'kustomize'), 'build'],
  ];
  for (const command of candidates) if (command && runs(command)) return { command };
  try {
    mkdirSync(cache, { recursive: true });
    execFileSync('go', ['install', `sigs.k8s.io/kustomize/kustomize/v5@${VERSION}`], {
      env: { ...process.env, GOBIN: cache, GOFLAGS: '-buildvcs=false' },
      stdio: 'pipe',
      timeout: 600_000,
    });
    return { command: [join(cache, 'kustomize'), 'build'] };
  } catch (error) {
    return {
      missing: `no kustomize or kubectl on PATH, and Go could not install it: ${String(error).slice(0, 500)}`,
    };
  }
}

function runs([program = '', verb = '']: string[]): boolean {
  try {
    execFileSync(program, [verb, '--help'], { stdio: 'pipe', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

export const overlays = ['dev', 'staging', 'staging-jetstream', 'prod', 'prod-jetstream'];
export const components = readdirSync(join(k8s, 'components')).filter((name) =>
  existsSync(join(k8s, 'components', name, 'kustomization.yaml')),
);

/** What an administrator applies before the overlay is applied for the first time; dev contains it. */
export function setupOf(overlay: string): string[] {
  return overlay === 'dev' ? [] : [`setup/${overlay.replace('-jetstream', '')}`];
}

/** The components of an overlay, its own and those of its parts. */
export function componentsOf(overlay: string): string[] {
  return kustomizations(join(k8s, 'overlays', overlay)).flatMap(({ components: used = [] }) =>
    used.map((path) => path.split('/').at(-1) ?? ''),
  );
}

type Kustomization = { namespace?: string; components?: string[]; resources?: string[] };

function kustomizations(folder: string): Kustomization[] {
  const own = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const below = [...(own.resources ?? []), ...(own.components ?? [])]
    .map((path) => join(folder, path))
    .filter((path) => existsSync(join(path, 'kustomization.yaml')));
  return [own, ...below.flatMap(kustomizations)];
}

/** Renders a folder below infra/k8s with more components, in this order. Caches the results until a file changes. */
export function renderer(command: string[]): (folder: string, ...components: string[]) => Manifest[] {
  execFileSync(process.execPath, [join(k8s, 'dev-secrets.mjs')]);
  const cache = join(k8s, '../../node_modules/.cache/ticketing-manifests', fingerprint(command));
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  return (folder, ...components) => {
    const file = join(cache, `${[folder, ...components].join('+').replaceAll('/', '_')}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Manifest[];
    const manifests =
      components.length > 0 ? withComponents(command, folder, components) : build(command, join(k8s, folder));
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(manifests), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    return manifests;
  };
}

/** A hash of everything that affects the rendering. */
function fingerprint(command: string[]): string {
  const hash = createHash('sha256')
    .update(command.join(' '))
    .update(readFileSync(import.meta.filename));
  const files = readdirSync(k8s, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.(yaml|json|conf|env|pem|js|sh)$/.test(name)).sort())
    hash.update(file).update(readFileSync(join(k8s, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Renders a folder below infra/k8s with more components, and with the patches of the kustomization around them. */
export function withComponents(
  command: string[],
  folder: string,
  components: string[],
  patches: object[] = [],
): Manifest[] {
  const temporary = mkdtempSync(join(tmpdir(), 'kustomize-'));
  try {
    const from = (path: string) => relative(temporary, join(k8s, path));
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [from(folder)],
      namespace: namespaceOf(folder),
      components: components.map((component) => from(`components/${component}`)),
      patches,
    };
    writeFileSync(join(temporary, 'kustomization.yaml'), JSON.stringify(kustomization));
    return build(command, temporary);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function namespaceOf(folder: string): string {
  const { namespace } = parse(readFileSync(join(k8s, folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  if (!namespace) throw new Error(`${folder}/kustomization.yaml sets no namespace`);
  return namespace;
}

function build([program = '', ...args]: string[], folder: string): Manifest[] {
  const text = execFileSync(program, [...args, folder], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: 'pipe',
  });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
