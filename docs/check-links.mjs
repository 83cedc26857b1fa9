// npm run docs:links: every relative link in the Markdown files leads to a file, and every #fragment to a heading.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const pages = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(root, page)));

const broken = pages.flatMap((page) =>
  linksOf(withoutCode(readFileSync(join(root, page), 'utf8')))
    .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(join(root, page), link))
    .map((link) => `${page}: ${link}`),
);
for (const line of broken) console.error(line);
console.log(`${pages.length} pages, ${broken.length} broken links`);
process.exitCode = broken.length > 0 ? 1 : 0;

function withoutCode(text) {
  return text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '`code`');
}

function linksOf(text) {
  const inline = [...text.matchAll(/\]\(([^()\s]+)\)/g)];
  const html = [...text.matchAll(/(?:href|src|srcset)="([^"]+)"/g)];
  return [...inline, ...html].map(([, link]) => link);
}

function leadsSomewhere(page, link) {
  const [path, fragment] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(target) || relative(root, target).startsWith('..')) return false;
  return !fragment || headingsOf(readFileSync(target, 'utf8')).includes(fragment);
}

/** The anchors that GitHub gives to headings. */
function headingsOf(text) {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
