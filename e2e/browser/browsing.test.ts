import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildClient } from '../../infra/local/src/build.ts';
import { root } from '../../infra/local/src/system.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, desktop, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const fixture = useBrowserFixture();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const unknownId = 'f'.repeat(24);

async function readCategory(path: string): Promise<string | undefined> {
  const response = await fetch(`${fixture.shop.url}/api${path}`);
  return ((await response.json()) as { category?: string }).category;
}

describeInBrowser('browsing in the browser', () => {
  it('finds and shows a ticket without scripts', async () => {
    const seat = 'Gallery, row 2';
    const ticket = await fixture.listTicket({ title: `Without scripts ${Date.now()}`, city: 'Graz', seat });
    const { page, goto } = await fixture.openSession({ hasScripts: false, viewport: desktop });
    await goto('/');
    await page.getByLabel('Event, artist or team').fill(ticket.title);
    await page.getByLabel('City').fill('Graz');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**/tickets?*');
    await page.getByRole('link', { name: ticket.title, exact: true }).click();
    await page.waitForURL('**/events/*');
    await page.getByRole('link', { name: seat }).click();
    await page.waitForURL(`**/tickets/${ticket.id}`);

    await page.getByRole('heading', { level: 1, name: ticket.title }).waitFor();
    await page.getByText('€42.50').first().waitFor();
    await page.getByText('Available').first().waitFor();
    await page.locator('noscript p', { hasText: 'Reserving needs JavaScript.' }).waitFor();
  });

  it('shows four other tickets for sale on the page of a ticket, those of its category first', async () => {
    const { id } = await fixture.listTicket({ category: 'comedy' });
    for (const category of ['comedy', 'sport', 'sport', 'sport']) await fixture.listTicket({ category });
    const { page, goto } = await fixture.openSession({ hasScripts: false });
    await goto(`/tickets/${id}`);

    const links = page.getByRole('list', { name: 'Similar listings' }).locator('a[href^="/tickets/"]');
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(new Set(paths).size).toBe(4);
    expect(paths).not.toContain(`/tickets/${id}`);
    const others = await Promise.all(paths.map((path) => readCategory(path)));
    expect(others[0]).toBe('comedy');
    expect(others.lastIndexOf('comedy')).toBe(others.filter((category) => category === 'comedy').length - 1);
  });

  it.each([
    ['/', 390],
    ['/', 1280],
    ['/tickets', 390],
    ['/tickets', 1280],
  ])('reaches the first result of %s at %d px with at most 12 tabs', async (path, width) => {
    await fixture.listTicket();
    const { page, goto } = await fixture.openSession({ viewport: { width, height: 844 } });
    await goto(path);
    const focused = page.locator(':focus');
    let tabs = 0;
    do {
      await page.keyboard.press('Tab');
      tabs += 1;
      if ((await focused.innerText()).startsWith('Skip to')) await page.keyboard.press('Enter');
    } while (tabs < 50 && (await page.locator('#results li :focus').count()) === 0);

    expect(tabs).toBeLessThanOrEqual(12);
  });

  it.each([
    ['with', true],
    ['without', false],
  ])(
    'answers unknown pages and ids with 404 and a link to the tickets, %s JavaScript',
    async (_, hasScripts) => {
      const as = await fixture.newUser();
      const { page, goto, allowConsole } = await fixture.openSession({ as, hasScripts });
      allowConsole(/404/);
      for (const path of [
        '/nowhere',
        `/tickets/${unknownId}`,
        '/tickets/no-id',
        '/events/no-such-event',
        '/contact',
        '/legal/imprint',
        `/orders/${unknownId}`,
        `/checkout/${unknownId}`,
        `/checkout/${unknownId}/return`,
        `/sell/${unknownId}`,
      ]) {
        expect([path, await goto(path)]).toEqual([path, 404]);
        await page.getByRole('heading', { level: 1, name: 'This page left after the first half.' }).waitFor();
        await page.getByRole('main').getByRole('link', { name: 'Browse tickets' }).waitFor();
      }
    },
  );

  it("does not show another user's order or listing", async () => {
    const [ticket, buyer, other] = await Promise.all([
      fixture.listTicket(),
      fixture.newUser(),
      fixture.newUser(),
    ]);
    const order = await buyer.reserve(ticket.id);
    const { page, goto } = await fixture.openSession({ as: other });
    for (const path of [`/orders/${order.id}`, `/checkout/${order.id}`, `/checkout/${order.id}/return`]) {
      await goto(path);
      await page.getByRole('heading', { name: 'This order is not yours' }).waitFor();
      expect(await page.getByText(ticket.title).count()).toBe(0);
    }
    await goto(`/sell/${ticket.id}`);
    await page.getByRole('heading', { name: 'This listing is not yours' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
  });

  it('redirects guests to the sign-in with the requested page in "next"', async () => {
    const { page, goto } = await fixture.openSession();
    for (const path of ['/orders', '/sell', '/sell/new', '/account', `/checkout/${unknownId}`]) {
      await goto(path);
      const url = new URL(page.url());
      expect([url.pathname, url.searchParams.get('next')]).toEqual(['/auth/signin', path]);
    }
  });
});

describeInBrowser('saved searches in the browser', () => {
  it('are offered where nothing is found, show what is new, and are opened and deleted, without scripts', async () => {
    const title = `Nocturne ${Date.now()}`;
    const { page, goto } = await fixture.openSession({ as: await fixture.newUser(), hasScripts: false });
    await goto(`/tickets?q=${encodeURIComponent(title)}&city=Graz`);
    await page.getByRole('heading', { name: `No tickets match “${title}” in Graz` }).waitFor();
    await button(page, 'Save this search').click();
    const saved = page
      .getByRole('status')
      .filter({ has: page.getByRole('heading', { name: 'Search saved' }) });
    await saved.getByRole('link', { name: 'account' }).click();
    const searches = page.getByRole('region', { name: 'Saved searches' });
    await searches.getByRole('heading', { name: `Tickets: “${title}” in Graz` }).waitFor();
    await searches.getByText('Nothing new').waitFor();

    const seat = 'Balcony 1';
    await fixture.listTicket({ title, city: 'Graz', seat });
    await page.reload();
    await searches.getByText('1 new since you last looked').waitFor();
    await searches.getByRole('button', { name: /^Open: / }).click();
    await page.getByRole('list', { name: 'Listings' }).getByText(seat).waitFor();
    await goto('/account');
    await searches.getByText('Nothing new').waitFor();

    await searches.getByRole('button', { name: /^Delete: / }).click();
    await searches.getByRole('status').filter({ hasText: 'The search was deleted.' }).waitFor();
    await searches.getByText('You haven’t saved any.').waitFor();
  });

  it('let a guest sign in, and come back to the search to save it', async () => {
    const { email, password } = await fixture.newUser();
    const { title } = await fixture.listTicket({ title: `Serenade ${Date.now()}` });
    const { page, goto, waitForPath } = await fixture.openSession();
    await goto(`/tickets?q=${encodeURIComponent(title)}&category=classical`);
    await button(page, 'Save this search').click();
    await waitForPath(/^\/auth\/signin\?next=/);
    await field(page, 'Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Sign in').click();
    await waitForPath(/^\/tickets\?q=Serenade.*&category=classical$/);
    await page.getByRole('list', { name: 'Events' }).getByText(title).waitFor();

    await button(page, 'Save this search').click();

    await page.getByRole('heading', { name: 'Search saved' }).waitFor();
  });
});

describeInBrowser('a button that leads to another page, when the browser stays on this one', () => {
  /** Loads of matching pages end without a page, as when the user stops them. @returns a function that ends this */
  async function stopPages(page: Page, path: string) {
    await page.route(path, (route) =>
      route.request().isNavigationRequest() ? route.fulfill({ status: 204 }) : route.continue(),
    );
    return () => page.unroute(path);
  }

  async function pressAndStay(session: BrowserSession, path: string, name: string | RegExp) {
    const { page } = session;
    session.allowConsole(/net::ERR_/);
    const endStopping = await stopPages(page, path);
    const isLeaving = page.waitForRequest((request) => request.isNavigationRequest());
    await button(page, name).click({ noWaitAfter: true });
    await isLeaving;
    return endStopping;
  }

  async function pressTwice(session: BrowserSession, path: string, name: string | RegExp) {
    const endStopping = await pressAndStay(session, path, name);
    await pollUntil(
      () => button(session.page, name).getAttribute('aria-busy'),
      (busy) => busy === 'false',
    );
    await endStopping();
    await button(session.page, name).click();
  }

  it('works again: sign in', async () => {
    const { email, password } = await fixture.newUser();
    const session = await fixture.openSession();
    await session.goto('/auth/signin?next=%2Faccount');
    await field(session.page, 'Email').fill(email);
    await session.page.getByLabel('Password', { exact: true }).fill(password);
    await pressTwice(session, '**/account', 'Sign in');
    await session.waitForPath(/^\/account$/);
  });

  it('works again, and lists one ticket: list', async () => {
    const seller = await fixture.newUser();
    const session = await fixture.openSession({ as: seller });
    await session.goto('/sell/new');
    await field(session.page, 'Title').fill('Only once');
    await field(session.page, 'Price the buyer pays').fill('10');
    await pressTwice(session, '**/tickets/*', 'List the ticket');
    await session.waitForPath(/^\/tickets\/[0-9a-f]{24}\?notice=listed$/);
    expect((await seller.get<unknown[]>('/api/tickets?mine=1')).body).toHaveLength(1);
  });

  it('offers to pay the reservation: reserve', async () => {
    const [ticket, buyer] = [await fixture.listTicket(), await fixture.newUser()];
    const session = await fixture.openSession({ as: buyer });
    await session.goto(`/tickets/${ticket.id}`);
    const endStopping = await pressAndStay(session, '**/checkout/*', 'Reserve');
    const pay = session.page.getByRole('main').getByRole('link', { name: /^Pay / });
    await pay.waitFor();
    await endStopping();
    await pay.click();
    await session.waitForPath(/^\/checkout\/[0-9a-f]{24}$/);
  });

  it('offers to continue at the bank: pay with 3-D Secure', async () => {
    const [ticket, buyer] = [await fixture.listTicket(), await fixture.newUser()];
    const order = await buyer.reserve(ticket.id);
    const session = await fixture.openSession({ as: buyer });
    await session.goto(`/checkout/${order.id}`);
    await session.page.getByRole('radio', { name: '3-D Secure' }).first().check();
    const endStopping = await pressAndStay(session, '**/stripe-emulator/bank/**', /^Pay /);
    const bank = session.page.getByRole('link', { name: 'Continue at your bank' });
    await bank.waitFor();
    await endStopping();
    await bank.click();
    await session.waitForPath(/^\/stripe-emulator\/bank\//);
  });
});

describe('the size of every page', () => {
  it('stays within its budget', async () => {
    await buildClient(root);

    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'client/budgets.mjs')], {
      encoding: 'utf8',
    });

    expect(`${stdout}${stderr}`.split('\n').filter((line) => /OVER|lazy chunk/.test(line))).toEqual([]);
    expect(status).toBe(0);
  }, 300_000);
});
