// npm run lighthouse -w e2e: Lighthouse on five pages of a full shop. Printed; it fails
// only on what does not depend on the machine.
import { join } from 'node:path';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { seedCatalog } from '../../infra/local/src/seed.ts';
import { openShop } from '../shop/shop.ts';
import { chromiumFlags, chromiumPath, noChromium } from './chromium.ts';

if (!chromiumPath) throw new Error(noChromium);
const shop = await openShop({ client: true });
const chrome = await launch({ chromePath: chromiumPath, chromeFlags: ['--headless=new', ...chromiumFlags] });
const short: string[] = [];
try {
  await seedCatalog({ url: shop.url, marker: join(shop.folder, 'data/seeded.json') });
  const { body } = await shop.visitor().get<{ id: string }[]>('/api/tickets?limit=1');
  for (const path of ['/', '/tickets', `/tickets/${body[0]?.id}`, '/auth/signin', '/fees']) {
    const result = await lighthouse(`${shop.url}${path}`, {
      port: chrome.port,
      onlyCategories: ['accessibility', 'best-practices', 'performance'],
    });
    const score = (name: string) => result?.lhr.categories[name]?.score ?? 0;
    const shown = (name: string) => result?.lhr.audits[name]?.displayValue ?? 'unknown';
    console.log(
      [
        path.padEnd(34),
        `accessibility ${score('accessibility').toFixed(2)}`,
        `best practices ${score('best-practices').toFixed(2)}`,
        `performance ${score('performance').toFixed(2)}`,
        `LCP ${shown('largest-contentful-paint')}`,
        `TBT ${shown('total-blocking-time')}`,
        `CLS ${shown('cumulative-layout-shift')}`,
      ].join('  '),
    );
    if (score('accessibility') < 1 || score('best-practices') < 0.95) short.push(path);
  }
} finally {
  chrome.kill();
  await shop.shut();
}
if (short.length > 0) {
  console.error(`Below accessibility 1.00 or best practices 0.95: ${short.join(', ')}`);
  process.exitCode = 1;
}
