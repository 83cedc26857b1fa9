import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { seedCatalog } from '../../infra/local/src/seed.ts';
import type { Order } from '../shop/visitor.ts';
import { inBrowser, useStage } from './stage.ts';
import type { Seat } from './stage.ts';

const pictures = join(import.meta.dirname, 'screenshots');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const SHIFT_BUDGET = 0.02;
const widths = [390, 1280];
const themes = ['light', 'dark'] as const;

const pictured = new Set([
  'home',
  'search',
  'ticket',
  'sign in',
  'checkout',
  'checkout declined',
  'orders',
  'order paid',
  'listings',
  'sales',
  'sell',
  'account',
  'not found',
]);

inBrowser('every page', () => {
  const stage = useStage();
  /** What stands in the addresses below. */
  const ids: Record<string, string> = {};
  let people: { guest: Seat; buyer: Seat; seller: Seat };

  beforeAll(async () => {
    const { shop } = stage;
    await seedCatalog({ url: shop.url, marker: join(shop.folder, 'data/seeded.json') });
    const { buyer } = await prepareOrders();
    people = {
      guest: await stage.opens({ isKept: true }),
      buyer: await stage.opens({ isKept: true, as: buyer }),
      seller: await stage.opens({ isKept: true, as: stage.seller }),
    };
  }, 300_000);

  /** A person with an order in every state, who bought from, and holds a ticket of, the stage's seller. */
  async function prepareOrders() {
    const buyer = await stage.person();
    const [free, held, paid, declined, atBank, ended] = await Promise.all(
      [
        'Goldberg at midnight',
        'Strings in the vault',
        'Winter journey',
        'Small hours',
        'Bank of the Danube',
        'The last waltz',
      ].map((title) => stage.lists({ title, notes: 'Bring a coat, the hall is cold.' })),
    );
    const reserve = async (name: string, ticket: { id: string } | undefined) => {
      const order = await buyer.reserves(ticket?.id ?? '');
      ids[name] = order.id;
      return order.id;
    };
    ids.free = free?.id ?? '';
    ids.heldTicket = held?.id ?? '';
    await buyer.pays(await reserve('paid', paid));
    await buyer.pays(await reserve('declined', declined), 'tok_chargeDeclined');
    await buyer.pays(await reserve('atBank', atBank), 'tok_threeDSecure2Required');
    await buyer.send('DELETE', `/api/orders/${await reserve('ended', ended)}`);
    await buyer.sees(ids.paid ?? '', (order: Order) => order.status === 'complete');
    await buyer.sees(ids.ended ?? '', (order: Order) => order.status === 'cancelled');
    await reserve('held', held);
    ids.paidTicket = paid?.id ?? '';
    return { buyer };
  }

  // name, who looks, address, heading
  it.each<[string, 'guest' | 'buyer' | 'seller', string, string]>([
    ['home', 'guest', '/', 'second life'],
    ['search', 'guest', '/tickets?category=classical&sort=price', ''],
    ['search without a match', 'guest', '/tickets?q=zzzz', ''],
    ['search not understood', 'guest', '/tickets?min=abc', ''],
    ['ticket', 'guest', '/tickets/:free', 'Goldberg at midnight'],
    ['ticket on hold', 'guest', '/tickets/:heldTicket', 'Strings in the vault'],
    ['ticket sold', 'guest', '/tickets/:paidTicket', 'Winter journey'],
    ['own ticket', 'seller', '/tickets/:free', 'Goldberg at midnight'],
    ['sign in', 'guest', '/auth/signin?next=%2Ftickets%2F:free&intent=reserve', 'Sign in to reserve'],
    ['sign up', 'guest', '/auth/signup', 'Create an account'],
    ['sign out', 'buyer', '/auth/signout', 'Sign out?'],
    ['checkout', 'buyer', '/checkout/:held', 'Pay for your ticket'],
    ['checkout declined', 'buyer', '/checkout/:declined', 'Pay for your ticket'],
    ['checkout ended', 'buyer', '/checkout/:ended', 'This order has ended'],
    ['return', 'buyer', '/checkout/:atBank/return', 'Your payment'],
    ['orders', 'buyer', '/orders', 'Orders'],
    ['order paid', 'buyer', '/orders/:paid', 'Your ticket'],
    ['order held', 'buyer', '/orders/:held', 'Your order'],
    ['order ended', 'buyer', '/orders/:ended', 'Your order'],
    ['order of another', 'seller', '/orders/:held', 'Your order'],
    ['listings', 'seller', '/sell', 'Your listings'],
    ['no listings', 'buyer', '/sell', 'Your listings'],
    ['sales', 'seller', '/sell/sales', 'Your sales'],
    ['sell', 'seller', '/sell/new', 'Sell a ticket'],
    ['edit', 'seller', '/sell/:free', 'Goldberg at midnight'],
    ['edit locked', 'seller', '/sell/:heldTicket', 'Strings in the vault'],
    ['listing of another', 'buyer', '/sell/:free', 'Goldberg at midnight'],
    ['account', 'buyer', '/account', 'Account'],
    ['how it works', 'guest', '/how-it-works', ''],
    ['fees', 'guest', '/fees', ''],
    ['protection', 'guest', '/protection', ''],
    ['accessibility', 'guest', '/accessibility', ''],
    ['terms', 'guest', '/legal/terms', ''],
    ['privacy', 'guest', '/legal/privacy', ''],
    ['offline', 'guest', '/offline', ''],
    ['not found', 'guest', '/nowhere', 'This page left'],
  ])('is accessible and stands still: %s', async (name, who, template, title) => {
    const { page, goes, expects } = people[who];
    if (name === 'not found') expects(/404/);
    const path = template.replace(/:(\w+)/g, (_, key: string) => ids[key] ?? key);
    const found: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await goes(path);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      const shift = await shiftOf(page);
      if (shift > SHIFT_BUDGET) found.push(`${width} px: shifted by ${shift.toFixed(3)}`);
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found.push(
          ...(await barriers(page, colorScheme)).map((barrier) => `${width} px, ${colorScheme}: ${barrier}`),
        );
        if (pictured.has(name)) await photograph(page, `${name}-${width}-${colorScheme}`);
      }
      if (await isWiderThanWindow(page)) found.push(`${width} px: scrolls sideways`);
    }
    expect(found).toEqual([]);
  });

  it('reflows at 320 px', async () => {
    const { page, goes } = people.guest;
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/', '/tickets', `/tickets/${ids.free}`, '/auth/signin', '/fees']) {
      await goes(path);
      expect([path, await isWiderThanWindow(page)]).toEqual([path, false]);
    }
  });
});

/** The themes differ in colours only, so all other rules are asked once. */
async function barriers(page: Page, theme: (typeof themes)[number]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (
    theme === 'light' ? axe.withTags(TAGS) : axe.withRules(COLOUR_RULES)
  ).analyze();
  return violations.map(
    ({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

type Shift = { value: number; hadRecentInput: boolean };
type Watching = {
  PerformanceObserver: new (heard: (list: { getEntries: () => Shift[] }) => void) => {
    observe: (options: { type: string; buffered: boolean }) => void;
    takeRecords: () => Shift[];
  };
  requestAnimationFrame: (frame: () => void) => void;
  document: { fonts: { ready: Promise<unknown> } };
};

/** The sum of all layout shifts since the page began, once its fonts are there. */
function shiftOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { PerformanceObserver, requestAnimationFrame, document } = globalThis as unknown as Watching;
    await document.fonts.ready;
    return new Promise<number>((resolve) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) sum += value;
      });
      observer.observe({ type: 'layout-shift', buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    });
  });
}

function isWiderThanWindow(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    return document.documentElement.scrollWidth > innerWidth;
  });
}

async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const path = join(pictures, `${name.replaceAll(' ', '-')}.png`);
  await page.screenshot({ path, fullPage: true });
}
