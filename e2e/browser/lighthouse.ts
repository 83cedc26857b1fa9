// npm run lighthouse -w e2e: prints the Lighthouse scores of five pages of a shop with seeded listings. It fails only
// on scores that do not depend on the speed of the machine.
import { join } from 'node:path';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { seedCatalog } from '../../infra/local/src/seed.ts';
import { startShop } from '../shop/shop.ts';
import { chromiumFlags, chromiumPath, noChromium } from './chromium.ts';

if (!chromiumPath) throw new Error(noChromium);
const shop = await startShop({ client: true });
const chrome = await launch({ chromePath: chromiumPath, chromeFlags: ['--headless=new', ...chromiumFlags] });
const failed: string[] = [];
try {
  await seedCatalog({ url: shop.url, marker: join(shop.folder, 'data/seeded.json') });
  const { body } = await shop.newClient().get<{ id: string }[]>('/api/tickets?limit=1');
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
    if (score('accessibility') < 1 || score('best-practices') < 0.95) failed.push(path);
  }
} finally {
  chrome.kill();
  await shop.destroy();
}
if (failed.length > 0) {
  console.error(`Below accessibility 1.00 or best practices 0.95: ${failed.join(', ')}`);
  process.exitCode = 1;
}
