import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { seedCatalog } from '../../infra/local/src/seed.ts';
import { wholeOrPart } from '../long.ts';
import type { Order } from '../shop/shop-client.ts';
import type { Theme } from './accessibility.ts';
import { accessibilityViolations, isWiderThanWindow, loadAxe, themes } from './accessibility.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, desktop, phone, useOwnShopFixture } from './browser-fixture.ts';

const screenshots = join(import.meta.dirname, 'screenshots');
const SHIFT_BUDGET = 0.02;
const screens = [phone, desktop];
type Look = { viewport: typeof phone; themes: readonly Theme[] };
/** The screens on which a page is loaded, and the themes in which axe looks at it there. */
const looksAt = wholeOrPart<(page: number) => Look[]>(
  'pages: each page at one of two widths and in one of two themes instead of all four',
  () => screens.map((viewport) => ({ viewport, themes })),
  (page) => [{ viewport: screens[page % 2]!, themes: [themes[(page >> 1) % 2]!] }],
);

describeInBrowser('every page', () => {
  const fixture = useOwnShopFixture();
  /** The ids for the placeholders in the paths below. */
  const ids: Record<string, string> = {};
  let sessions: Record<'guest' | 'buyer' | 'seller' | 'operator', BrowserSession>;

  beforeAll(async () => {
    const { shop } = fixture;
    await seedCatalog({ url: shop.url, marker: join(shop.folder, 'data/seeded.json') });
    const { buyer } = await prepareOrders();
    const operator = await prepareReports();
    sessions = {
      guest: await fixture.openSession({ isShared: true }),
      buyer: await fixture.openSession({ isShared: true, as: buyer }),
      seller: await fixture.openSession({ isShared: true, as: fixture.seller }),
      operator: await fixture.openSession({ isShared: true, as: operator }),
    };
  }, 300_000);

  /** A buyer with an order in every state, each for a ticket of the fixture's seller. */
  async function prepareOrders() {
    const buyer = await fixture.newUser();
    // One of them finds new tickets.
    for (const query of [{ q: 'Bruckner', max: '80', currency: 'eur' }, { city: 'Vienna' }])
      await buyer.send('POST', '/api/tickets/saved/searches', query);
    const [free, held, paid, declined, atBank, ended] = await Promise.all(
      [
        'Goldberg at midnight',
        'Strings in the vault',
        'Winter journey',
        'Small hours',
        'Bank of the Danube',
        'The last waltz',
      ].map((title) => fixture.listTicket({ title, notes: 'Bring a coat, the hall is cold.' })),
    );
    const reserve = async (name: string, ticket: { id: string } | undefined) => {
      const order = await buyer.reserve(ticket?.id ?? '');
      ids[name] = order.id;
      return order.id;
    };
    ids.free = free?.id ?? '';
    ids.event = free?.eventId ?? '';
    ids.heldTicket = held?.id ?? '';
    await buyer.pay(await reserve('paid', paid));
    await buyer.pay(await reserve('declined', declined), 'tok_chargeDeclined');
    await buyer.pay(await reserve('atBank', atBank), 'tok_threeDSecure2Required');
    await buyer.send('DELETE', `/api/orders/${await reserve('ended', ended)}`);
    await buyer.waitForOrder(ids.paid ?? '', (order: Order) => order.status === 'complete');
    await buyer.waitForOrder(ids.ended ?? '', (order: Order) => order.status === 'cancelled');
    await reserve('held', held);
    ids.paidTicket = paid?.id ?? '';
    return { buyer };
  }

  /** An operator who has taken down a listing with a report. */
  async function prepareReports() {
    const [operator, ticket] = [
      await fixture.newOperator(),
      await fixture.listTicket({ title: 'Two moons' }),
    ];
    ids.takenDown = ticket.id;
    ids.sellerId = ticket.userId;
    const guest = fixture.shop.newClient();
    await guest.send('POST', `/api/tickets/${ticket.id}/reports`, {
      reason: 'forged',
      text: 'The same barcode was sold to a friend.\nWe both stood at the entrance.',
    });
    const taken = await operator.send('POST', `/api/tickets/admin/listings/${ticket.id}/take-down`, {
      reason: 'The organizer says that the barcode is used.',
    });
    if (taken.status !== 200) throw new Error(JSON.stringify(taken.body));
    return operator;
  }

  let checked = 0;
  // name, user, path, heading
  it.each<[string, 'guest' | 'buyer' | 'seller' | 'operator', string, string]>([
    ['home', 'guest', '/', 'second life'],
    ['search', 'guest', '/tickets?category=classical&sort=price', ''],
    ['events', 'guest', '/tickets', 'Tickets for sale'],
    ['search with a typo', 'guest', '/tickets?q=Goldbrg', ''],
    ['search without a match', 'guest', '/tickets?q=zzzz&city=Vienna', ''],
    ['search saved', 'buyer', '/tickets?q=Goldberg&save=saved', ''],
    ['search not understood', 'guest', '/tickets?min=abc', ''],
    ['ticket', 'guest', '/tickets/:free', 'Goldberg at midnight'],
    ['event', 'guest', '/events/:event', 'Goldberg at midnight'],
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
    ['listing taken down', 'seller', '/sell/:takenDown', 'Two moons'],
    ['account', 'buyer', '/account', 'Account'],
    ['report', 'guest', '/report/:free', 'Report this listing'],
    ['report not sent', 'guest', '/report/:free?problem=invalid', 'Report this listing'],
    ['report sent', 'guest', '/report/:free?sent=1', 'Report this listing'],
    ['console', 'operator', '/admin', 'Console'],
    ['console search', 'operator', '/admin?q=:takenDown', 'Console'],
    ['account for operators', 'operator', '/admin/accounts/:sellerId', '@'],
    ['listing for operators', 'operator', '/admin/listings/:takenDown', 'Two moons'],
    ['order for operators', 'operator', '/admin/orders/:paid', 'Order'],
    ['action refused', 'operator', '/admin/listings/:free?problem=ticket_sold', 'Goldberg at midnight'],
    ['how it works', 'guest', '/how-it-works', ''],
    ['fees', 'guest', '/fees', ''],
    ['protection', 'guest', '/protection', ''],
    ['accessibility', 'guest', '/accessibility', ''],
    ['terms', 'guest', '/legal/terms', ''],
    ['privacy', 'guest', '/legal/privacy', ''],
    ['offline', 'guest', '/offline', ''],
    ['not found', 'guest', '/nowhere', 'This page left'],
  ])('is accessible and has no layout shift: %s', async (name, who, template, title) => {
    const { page, goto, allowConsole } = sessions[who];
    if (name === 'not found') allowConsole(/404/);
    const path = template.replace(/:(\w+)/g, (_, key: string) => ids[key] ?? key);
    const found: string[] = [];
    for (const { viewport, themes: themesHere } of looksAt(checked++)) {
      const { width } = viewport;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await goto(path);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      const shift = await shiftOf(page);
      if (shift > SHIFT_BUDGET) found.push(`${width} px: shifted by ${shift.toFixed(3)}`);
      await loadAxe(page);
      for (const colorScheme of themesHere) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        // The themes differ only in their colors.
        const rules = colorScheme === themesHere[0] ? 'all' : 'colors';
        const violations = await accessibilityViolations(page, rules);
        found.push(...violations.map((violation) => `${width} px, ${colorScheme}: ${violation}`));
        if (violations.length > 0) await takeScreenshot(page, `${name}-${width}-${colorScheme}`);
      }
    }
    for (const viewport of screens) {
      await page.setViewportSize(viewport);
      if (await isWiderThanWindow(page)) found.push(`${viewport.width} px: scrolls sideways`);
    }
    expect(found).toEqual([]);
  });

  it('fits a window of 320 px without scrolling sideways', async () => {
    const { page, goto } = sessions.guest;
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/', '/tickets', `/tickets/${ids.free}`, '/auth/signin', '/fees']) {
      await goto(path);
      expect([path, await isWiderThanWindow(page)]).toEqual([path, false]);
    }
  });
});

type Shift = { value: number; hadRecentInput: boolean };
type PageGlobals = {
  PerformanceObserver: new (onEntries: (list: { getEntries: () => Shift[] }) => void) => {
    observe: (options: { type: string; buffered: boolean }) => void;
    takeRecords: () => Shift[];
  };
  requestAnimationFrame: (frame: () => void) => void;
  document: { fonts: { ready: Promise<unknown> } };
};

/** The sum of all layout shifts since the start of the page, once its fonts are loaded. */
function shiftOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { PerformanceObserver, requestAnimationFrame, document } = globalThis as unknown as PageGlobals;
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

async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${name.replaceAll(' ', '-')}.png`);
  await page.screenshot({ path, fullPage: true });
}
