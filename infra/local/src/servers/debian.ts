import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const options = ['-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::Retries=1', '-q'];

/** Downloads packages, whose signatures apt verifies, and unpacks them into `folder/root` without installing them. */
export async function unpackPackages(packages: string[], folder: string): Promise<void> {
  const into = join(folder, 'packages');
  await mkdir(into);
  const download = () =>
    run('apt-get', [...options, 'download', ...packages], { timeoutMs: 60_000, cwd: into });
  await withPackageLists(download);
  for (const file of await readdir(into)) {
    await run('dpkg', ['-x', join(into, file), join(folder, 'root')], { timeoutMs: 30_000 });
  }
  await rm(into, { recursive: true });
}

/** Runs `work`, and once more with updated lists of packages when it fails: a new container has none. */
export async function withPackageLists<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(async () => {
    await run('apt-get', [...options, 'update'], { timeoutMs: 60_000 });
    return work();
  });
}
