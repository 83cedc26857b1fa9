// npm run docs:images: the screenshots of the README, from a shop with the demo data.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { demoUsers, seedCatalog } from '../../infra/local/src/seed.ts';
import { root } from '../../infra/local/src/system.ts';
import { startShop } from '../shop/shop.ts';
import { launchChromium } from './chromium.ts';

const MAX_BYTES = 60_000;
const folder = join(root, 'docs/images');
const buyer = demoUsers[1];

const shop = await startShop({ client: true });
try {
  await seedCatalog({ url: shop.url, marker: join(shop.folder, 'seeded.json') });
  const browser = await launchChromium();
  mkdirSync(folder, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      baseURL: shop.url,
      colorScheme: theme,
      locale: 'en-GB',
      timezoneId: 'Europe/Vienna',
      reducedMotion: 'reduce',
      viewport: { width: 1200, height: 800 },
    });
    for (const [name, path] of Object.entries(await pages(context))) {
      const page = await context.newPage();
      await page.goto(path, { waitUntil: 'networkidle' });
      const image = await screenshot(page);
      writeFileSync(join(folder, `${name}-${theme}.webp`), image);
      process.stdout.write(`${name}-${theme}.webp  ${Math.round(image.length / 1000)} kB\n`);
      await page.close();
    }
    await context.close();
  }
  await browser.close();
} finally {
  await shop.destroy();
}

/** The home page, a ticket for sale, and the checkout of an order that the demo buyer has open. */
async function pages(context: BrowserContext): Promise<Record<string, string>> {
  const { email, password } = buyer;
  const signIn = await context.request.post('/api/users/signin', { data: { email, password } });
  if (!signIn.ok()) throw new Error(`Signing in as ${email} failed with ${signIn.status()}`);
  const tickets = (await (await context.request.get('/api/tickets?limit=1')).json()) as { id: string }[];
  const orders = (await (await context.request.get('/api/orders')).json()) as {
    id: string;
    status: string;
  }[];
  const order = orders.find(({ status }) => status === 'created');
  if (!tickets[0] || !order) throw new Error('The demo data has no free ticket or no open order');
  return { home: '/', ticket: `/tickets/${tickets[0].id}`, checkout: `/checkout/${order.id}` };
}

/** WebP, which Playwright's own method does not write, at the best quality that fits. */
async function screenshot(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  for (let quality = 90; quality >= 30; quality -= 10) {
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
    const image = Buffer.from(data, 'base64');
    if (image.length <= MAX_BYTES) return image;
  }
  throw new Error(`${page.url()} does not fit into ${MAX_BYTES} bytes`);
}
