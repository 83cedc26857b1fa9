import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { startSystem } from '../../infra/local/src/system.ts';
import { root } from '../../infra/local/src/system.ts';
import serviceList from '../../services.json' with { type: 'json' };

const folders = ['common', ...Object.keys(serviceList), 'infra'];
const excluded = new Set(['node_modules', 'dist', '.cache', 'browser', 'results']);

/** A copy of the programs outside the checkout, to run them with a patch. Installed packages are symbolic links. */
export type PatchedCopy = {
  apply(patch: string): void;
  revert(patch: string): void;
  /** @returns a function that builds the copy as it is now and starts its programs. */
  importStart(): Promise<typeof startSystem>;
  remove(): void;
};

export function createPatchedCopy(): PatchedCopy {
  const copy = mkdtempSync(join(tmpdir(), 'faults-copy-'));
  const files = readdirSync(root).filter((name) => /^(package.*|tsconfig.*|services)\.json$/.test(name));
  for (const name of [...folders, ...files])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !excluded.has(basename(source)),
    });
  linkPackages(copy);
  const git = (...args: string[]) => execFileSync('git', ['apply', ...args], { cwd: copy, stdio: 'pipe' });
  let imports = 0;
  return {
    async importStart() {
      // Node caches modules by path and a patch may change these, so each import needs a path of its own.
      const local = join(copy, `infra/local-${++imports}`);
      cpSync(join(copy, 'infra/local'), local, { recursive: true, verbatimSymlinks: true });
      const system = (await import(join(local, 'src/system.ts'))) as { startSystem: typeof startSystem };
      return system.startSystem;
    },
    apply: (patch) => void git(patch),
    revert: (patch) => void git('--reverse', patch),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** Links every installed package into a copy; the links of workspace packages lead to where the copy will be. */
export function linkPackages(copy: string, destination = copy): void {
  const [from, to] = [join(root, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(join(to, '@ticketing'), { recursive: true });
  for (const name of readdirSync(from))
    if (name !== '@ticketing' && name !== '.cache') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(from, '@ticketing'))) {
    const target = resolve(from, '@ticketing', readlinkSync(join(from, '@ticketing', name)));
    symlinkSync(target.replace(root, destination), join(to, '@ticketing', name));
  }
  for (const name of [...folders, 'infra/local', 'infra/stripe']) {
    const own = join(root, name, 'node_modules');
    if (existsSync(own) && existsSync(join(copy, name))) symlinkSync(own, join(copy, name, 'node_modules'));
  }
}

/** @throws unless the patch applies to the checkout as it is. */
export function checkPatch(patch: string): void {
  execFileSync('git', ['apply', '--check', patch], { cwd: root, stdio: 'pipe' });
}
