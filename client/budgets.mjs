/**
 * Compares the size of every page with its budget, after `next build`: node client/budgets.mjs
 * Scripts and styles are those of the first load, compressed with gzip -6. Lazy chunks have their own budget.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const root = import.meta.dirname;
const build = path.join(root, '.next');
const KIB = 1024;

/** KiB of script per route; all routes share one style sheet. */
const SCRIPT_BUDGETS = {
  '/': 146,
  '/tickets': 146,
  '/tickets/[id]': 156,
  '/events/[slug]': 147,
  '/auth/signin': 145,
  '/auth/signup': 145,
  '/auth/signout': 145,
  '/checkout/[orderId]': 153,
  '/checkout/[orderId]/return': 152,
  '/orders': 150,
  '/orders/[id]': 150,
  '/account': 150,
  '/sell': 146,
  '/sell/sales': 146,
  '/sell/new': 150,
  '/sell/[id]': 150,
  '/admin': 142,
  '/admin/accounts/[id]': 142,
  '/admin/listings/[id]': 142,
  '/admin/orders/[id]': 142,
  '/admin/timelines/[kind]/[id]': 142,
  '/admin/limits': 142,
  '/admin/money': 142,
  '/admin/dead-letters': 142,
  '/admin/dead-letters/[service]/[id]': 142,
  '/report/[id]': 142,
};
const STATIC_BUDGET = 140;
const STYLE_BUDGET = 12;
const FONT_BUDGET = 50;
const LAZY_CHECKOUT_BUDGET = 15;

function gzipped(file) {
  return gzipSync(readFileSync(file), { level: 6 }).length / KIB;
}

function readStats() {
  try {
    return JSON.parse(readFileSync(path.join(build, 'diagnostics/route-bundle-stats.json'), 'utf8'));
  } catch {
    console.error('There is no build to measure. Run `npm run build --workspace client` first.');
    process.exit(2);
  }
}

const problems = [];
function check(what, kib, budget) {
  const isOver = kib > budget;
  console.log(
    `${isOver ? 'OVER' : ' ok '}  ${what.padEnd(30)} ${kib.toFixed(1).padStart(6)} of ${budget} KiB`,
  );
  if (isOver) problems.push(what);
}

const stats = readStats();
const used = new Set();
for (const { route, firstLoadChunkPaths } of stats.toSorted((a, b) => a.route.localeCompare(b.route))) {
  const scripts = firstLoadChunkPaths.filter((file) => file.endsWith('.js'));
  scripts.forEach((file) => used.add(path.basename(file)));
  const kib = scripts.reduce((sum, file) => sum + gzipped(path.join(root, file)), 0);
  check(`script ${route}`, kib, SCRIPT_BUDGETS[route] ?? STATIC_BUDGET);
}

const chunks = path.join(build, 'static/chunks');
const styles = readdirSync(chunks).filter((file) => file.endsWith('.css'));
check(
  'style, every page',
  styles.reduce((sum, file) => sum + gzipped(path.join(chunks, file)), 0),
  STYLE_BUDGET,
);

const media = path.join(build, 'static/media');
const latin = readdirSync(media).filter((file) => file.endsWith('.woff2') && !/latin-ext/.test(file));
check(
  'font, every page',
  latin.reduce((sum, file) => sum + statSync(path.join(media, file)).size / KIB, 0),
  FONT_BUDGET,
);

const lazyStripe = readdirSync(chunks).filter(
  (file) =>
    file.endsWith('.js') &&
    !used.has(file) &&
    /js\.stripe\.com/.test(readFileSync(path.join(chunks, file), 'utf8')),
);
const lazyKib = lazyStripe.reduce((sum, file) => sum + gzipped(path.join(chunks, file)), 0);
check('script, card form (lazy)', lazyKib, LAZY_CHECKOUT_BUDGET);
if (lazyStripe.length === 0) problems.push('the card form is not a lazy chunk');

if (problems.length > 0) {
  console.error(`Over budget: ${problems.join(', ')}`);
  process.exit(1);
}
