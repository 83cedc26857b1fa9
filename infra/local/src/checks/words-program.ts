// npm run words [-- folder…]: refuses retired words in the files that Git knows, or in these folders only.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../system.ts';
import { findWords, parseRules } from './words.ts';

/** The list with its test and its page, records of the past, and files that are generated or data. */
const exempt = [
  'infra/local/src/checks/retired-words.txt',
  'infra/local/src/checks/words.ts',
  'infra/local/src/checks/words.test.ts',
  'docs/language.md',
  'docs/decisions/0014-public-names-of-a-reservation.md', // names what it renames
  'common/CHANGELOG.md',
  '.changeset',
  'package-lock.json',
  'docs/events.md',
  'auth/src/common-passwords.ts',
  'client/public',
  'infra/k8s/test/skaffold-v4beta14.schema.json',
];

const rules = parseRules(readFileSync(join(import.meta.dirname, 'retired-words.txt'), 'utf8'));
const git = [
  'ls-files',
  '--cached',
  '--others',
  '--exclude-standard',
  '--deduplicate',
  '--',
  ...process.argv.slice(2),
];
const deleted = execFileSync('git', ['ls-files', '--deleted'], { cwd: root, encoding: 'utf8' }).split('\n');
const paths = execFileSync('git', git, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && !deleted.includes(path))
  .filter((path) => !exempt.some((name) => path === name || path.startsWith(`${name}/`)));

let count = 0;
for (const path of paths) {
  const text = readFileSync(join(root, path), 'utf8');
  if (text.includes('\0')) continue;
  for (const { line, found, replacement } of findWords(rules, path, text)) {
    process.stdout.write(`${path}:${line}: "${found}" → ${replacement}\n`);
    count++;
  }
}
if (count > 0)
  process.stdout.write(`\n${count} retired words; infra/local/src/checks/retired-words.txt has the rules.\n`);
process.exitCode = count > 0 ? 1 : 0;
