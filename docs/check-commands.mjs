// npm run docs:commands: every `npm run …` in the Markdown files is a script, and every `npm test -- …` names a project.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import jest from '../jest.config.js';

const root = join(import.meta.dirname, '..');
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'];
const pages = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(root, page)));

// The client has a Jest of its own, and adding-a-service.md adds a service `notes`.
const projects = [...jest.projects.map(({ displayName }) => displayName), 'client', 'notes'];
const scriptsOf = (folder) => {
  const file = join(root, folder, 'package.json');
  return existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}) : [];
};

const unknown = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const runs = [...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)(?: -w ([\w/]+))?/g)];
  const tests = [...text.matchAll(/npm test -- ([a-z]\w*)/g)];
  return [
    ...runs.filter(([, script, workspace]) => !isScript(script, workspace, page)),
    ...tests.filter(([, project]) => !projects.includes(project)),
  ].map(([command]) => `${page}: ${command}`);
});
for (const line of unknown) console.error(line);
console.log(`${pages.length} pages, ${unknown.length} unknown commands`);
process.exitCode = unknown.length > 0 ? 1 : 0;

/** Without a workspace, a script of the root or of the package that the page belongs to. */
function isScript(script, workspace, page) {
  const folders = workspace ? [workspace] : ['.', dirname(page)];
  return folders.some((folder) => scriptsOf(folder).includes(script));
}
