import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildServices } from '../../infra/local/src/build.ts';
import { root } from '../../infra/local/src/system.ts';
import { linkPackages } from './patched-copy.ts';

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** The commit that recorded the contract of the last release: a release copies it to docs/released. */
function releasedCommit(): string {
  const commit = git('log', '--max-count=1', '--format=%H', '--', 'docs/released/asyncapi.yaml');
  if (!commit || (git('rev-parse', '--is-shallow-repository') === 'true' && isOldest(commit)))
    throw new Error('the history does not reach the last release: fetch it with git fetch --unshallow');
  return commit;
}

/** In a shallow history the oldest commit seems to have changed every file. */
function isOldest(commit: string): boolean {
  return git('rev-list', '--max-parents=0', 'HEAD').split('\n').includes(commit);
}

/**
 * Checks out and builds the programs of `revision`, or of the last release for `released`, once for each commit. Throws when
 * the history lacks the commit.
 * @returns the folder of the programs and the commit.
 */
export async function buildPrevious(revision: string): Promise<{ folder: string; commit: string }> {
  const commit =
    revision === 'released' ? releasedCommit() : git('rev-parse', '--verify', `${revision}^{commit}`);
  const folder = join(root, 'node_modules/.cache/previous', commit);
  if (!existsSync(folder)) checkOut(commit, folder);
  await buildServices(folder);
  return { folder, commit };
}

function checkOut(commit: string, folder: string): void {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', unfinished], { input: archive });
  if (hasSamePackages(unfinished)) linkPackages(unfinished, folder);
  else execFileSync('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: unfinished });
  renameSync(unfinished, folder);
}

type Lock = { packages: Record<string, { version?: string; link?: true }> };

/** Whether this checkout has every package of the other one, in the same version. */
function hasSamePackages(folder: string): boolean {
  const [ours, theirs] = [root, folder].map(
    (each) => (JSON.parse(readFileSync(join(each, 'package-lock.json'), 'utf8')) as Lock).packages,
  );
  return Object.entries(theirs ?? {}).every(
    ([path, { version, link }]) =>
      link || !path.includes('node_modules/') || ours?.[path]?.version === version,
  );
}
