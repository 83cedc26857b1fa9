// npm run journeys -- https://staging.tickets.example: the main journeys of a deployed shop, through its public origin alone.
// --read-only requests pages and lists, and buys nothing: for a shop with real payments.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { optionsOrUsage } from '../command-line.ts';
import { checkPublicPaths, runJourneys } from './purchases.ts';

const usage = 'npm run journeys -- [--read-only] https://host';
const { values, positionals } = optionsOrUsage(usage, () =>
  parseArgs({ options: { 'read-only': { type: 'boolean', default: false } }, allowPositionals: true }),
);
const [origin] = positionals;
assert.ok(origin, usage);

if (values['read-only']) await readPages(origin);
else await runJourneys(origin);
console.log(`The shop at ${origin} works.`);

async function readPages(url: string): Promise<void> {
  for (const path of ['/', '/api/users/currentuser', '/api/tickets', '/api/payments/config']) {
    const { status } = await fetch(`${url}${path}`);
    assert.equal(status, 200, `${path} answers ${status}`);
  }
  await checkPublicPaths(url);
}
