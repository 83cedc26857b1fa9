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
import { root } from '../../infra/local/src/system.ts';
import type { startSystem } from '../../infra/local/src/system.ts';
import serviceList from '../../services.json' with { type: 'json' };

const folders = ['common', ...Object.keys(serviceList), 'infra'];
const leftOut = new Set(['node_modules', '.cache', 'browser', 'results']);

/** A copy of what runs, outside the checkout, which may be spoilt: its own programs, the packages shared by links. */
export type Copy = {
  apply(patch: string): void;
  revert(patch: string): void;
  /** What starts the copy's programs, built from the copy, as it is now. */
  start(): Promise<typeof startSystem>;
  remove(): void;
};

export function copyRepository(): Copy {
  const copy = mkdtempSync(join(tmpdir(), 'faults-copy-'));
  const files = readdirSync(root).filter((name) => /^(package.*|tsconfig.*|services)\.json$/.test(name));
  for (const name of [...folders, ...files])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      preserveTimestamps: true, // so that only what a patch touches is compiled again
      filter: (source) => !leftOut.has(basename(source)),
    });
  linkPackages(copy);
  const git = (...args: string[]) => execFileSync('git', ['apply', ...args], { cwd: copy, stdio: 'pipe' });
  let starts = 0;
  return {
    async start() {
      // A module is only ever read once, and a patch may be to one of these: so each time from another place.
      const local = join(copy, `infra/local-${++starts}`);
      cpSync(join(copy, 'infra/local'), local, { recursive: true, verbatimSymlinks: true });
      const system = (await import(join(local, 'src/system.ts'))) as { startSystem: typeof startSystem };
      return system.startSystem;
    },
    apply: (patch) => void git(patch),
    revert: (patch) => void git('--reverse', patch),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** Every installed package by a link; those of the workspace lead into the copy. */
function linkPackages(copy: string) {
  const [from, to] = [join(root, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(join(to, '@ticketing'), { recursive: true });
  for (const name of readdirSync(from))
    if (name !== '@ticketing' && name !== '.cache') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(from, '@ticketing'))) {
    const target = resolve(from, '@ticketing', readlinkSync(join(from, '@ticketing', name)));
    symlinkSync(target.replace(root, copy), join(to, '@ticketing', name));
  }
  for (const name of [...folders, 'infra/local', 'infra/stripe']) {
    const own = join(root, name, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(copy, name, 'node_modules'));
  }
}
