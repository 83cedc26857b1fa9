import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A test or fixture that mentions one of these needs a store, a bus, an HTTP server or another program. */
const startsSomething =
  /useTestDatabase\(|inMemoryEventBus\(|TEST_(MONGO|REDIS|NATS)|from 'supertest'|from 'node:(child_process|http|net)'/;
const relativeImport = /from '(\.[^']+\.ts)'/g;

/**
 * The test files under some folders of the repository that need nothing but their subject: neither they nor the
 * fixtures they import start anything. Paths are absolute.
 */
export function ruleTests(root, folders) {
  return folders
    .flatMap((folder) => [...testFiles(join(root, folder, 'src')), ...testFiles(join(root, folder, 'test'))])
    .filter((file) => !needsMore(file, new Set()));
}

/** All test files in a folder and below it, with absolute paths. */
export function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

function needsMore(file, seen) {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (startsSomething.test(text)) return true;
  return [...text.matchAll(relativeImport)]
    .map(([, path]) => resolve(dirname(file), path))
    .filter(isForTests)
    .some((path) => needsMore(path, seen));
}

/** Programs mention servers too, but only tests and their fixtures start them. */
const isForTests = (path) => /[\\/]test[\\/]|\.test\.ts$/.test(path);
