import type { Page } from 'playwright-core';
import type { ShopClient } from '../shop/shop-client.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const field = (page: Page, name: string) => page.getByRole('textbox', { name });
const bar = (page: Page) => page.getByRole('complementary', { name: 'Your reservation' });
const storedIn = (page: Page) =>
  page.evaluate<string>(`JSON.stringify({ ...sessionStorage, ...localStorage })`);

const TITLE = 'A private concert';
const CODE = 'PRIVATE-CODE-4711';

async function signIn({ page, goto, waitForPath }: BrowserSession, { email, password }: ShopClient) {
  await goto('/auth/signin?next=%2Faccount');
  await field(page, 'Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await button(page, 'Sign in').click();
  await waitForPath(/^\/account$/);
}

async function typeDraft(page: Page) {
  await field(page, 'Title').fill(TITLE);
  await field(page, 'Entry code').fill(CODE);
}

describeInBrowser('two people who share a browser, one after the other', () => {
  const fixture = useBrowserFixture();

  it('the second sees nothing of the first, also in another tab and with the back button', async () => {
    const [reservable, heldByOther] = [await fixture.listTicket(), await fixture.listTicket()];
    const [first, second, other] = [
      await fixture.newUser(),
      await fixture.newUser(),
      await fixture.newUser(),
    ];
    await other.reserve(heldByOther.id);
    const session = await fixture.openSession();
    const { page, goto, context } = session;
    await signIn(session, first);
    await first.reserve(reservable.id);
    await goto(`/tickets/${heldByOther.id}`);
    await button(page, /^Notify me/).click();
    await bar(page).waitFor();
    const otherTab = await context.newPage();
    await otherTab.goto('/sell/new');
    await field(otherTab, 'Title').waitFor();
    await pollUntil(
      async () => {
        await typeDraft(otherTab);
        return storedIn(otherTab);
      },
      (stored) => stored.includes(TITLE),
    );
    await goto('/sell/new');
    await typeDraft(page);
    expect(await storedIn(page)).toContain(TITLE);
    expect(await storedIn(page)).not.toContain(CODE);

    await goto('/auth/signout');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await session.waitForPath(/^\/$/);
    await otherTab.waitForURL(/\/auth\/signin/);
    for (const tab of [page, otherTab]) {
      expect(await storedIn(tab)).not.toContain(TITLE);
      expect(await storedIn(tab)).not.toContain(heldByOther.id);
    }

    await signIn(session, second);
    for (const tab of [page, otherTab]) {
      await tab.goto('/sell/new');
      await button(tab, 'List the ticket').waitFor();
      expect(await field(tab, 'Title').inputValue()).toBe('');
    }
    await goto(`/tickets/${heldByOther.id}`);
    expect(await button(page, /^Notify me/).getAttribute('aria-pressed')).toBe('false');
    expect(await bar(page).count()).toBe(0);
    for (let step = 0; step < 6; step += 1) {
      await page.goBack();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const shown = await page.content();
      const typed = await page.evaluate<string>(
        `[...document.querySelectorAll('input, textarea')].map(({ value }) => value).join(' ')`,
      );
      for (const trace of [TITLE, CODE, first.email, reservable.title])
        expect([page.url(), trace, (shown + typed).includes(trace)]).toEqual([page.url(), trace, false]);
    }
  });

  it('the draft of the first comes back to them after their session ended by itself', async () => {
    const [first, second] = [await fixture.newUser(), await fixture.newUser()];
    const session = await fixture.openSession();
    const { page, goto, context } = session;
    await signIn(session, first);
    await goto('/sell/new');
    await typeDraft(page);
    await context.clearCookies();
    await signIn(session, first);
    await goto('/sell/new');
    await pollUntil(
      () => field(page, 'Title').inputValue(),
      (value) => value === TITLE,
    );
    expect(await field(page, 'Entry code').inputValue()).toBe('');

    await context.clearCookies();
    await signIn(session, second);
    await pollUntil(
      () => storedIn(page),
      (stored) => !stored.includes(TITLE),
    );
    await goto('/sell/new');
    expect(await field(page, 'Title').inputValue()).toBe('');
  });
});

describeInBrowser('a button that leads to another page', () => {
  const fixture = useBrowserFixture();

  /** Loads of pages that match have no answer until `release`. */
  async function holdPages(page: Page, path: string) {
    let release: () => void = () => undefined;
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    await page.route(path, async (route) => {
      if (!route.request().isNavigationRequest()) return route.continue();
      await isReleased;
      await route.abort().catch(() => undefined); // the stopped navigation is gone
    });
    return async () => {
      release();
      await page.unroute(path);
    };
  }

  async function stopAndPressAgain(
    session: BrowserSession,
    path: string,
    name: string | RegExp,
    then: RegExp,
  ) {
    const { page } = session;
    session.allowConsole(/net::ERR_/);
    const release = await holdPages(page, path);
    const isLeaving = page.waitForRequest((request) => request.isNavigationRequest());
    await button(page, name).click({ noWaitAfter: true });
    await isLeaving;
    await page.evaluate('window.stop()');
    await pollUntil(
      async () => (await button(page, name).getAttribute('aria-busy')) ?? 'gone',
      (busy) => busy === 'false',
    );
    await release();
    await button(page, name).click();
    await session.waitForPath(then);
  }

  it('works again after the navigation was stopped: sign in', async () => {
    const { email, password } = await fixture.newUser();
    const session = await fixture.openSession();
    await session.goto('/auth/signin?next=%2Faccount');
    await field(session.page, 'Email').fill(email);
    await session.page.getByLabel('Password', { exact: true }).fill(password);
    await stopAndPressAgain(session, '**/account', 'Sign in', /^\/account$/);
  });

  it('works again after the navigation was stopped, and lists one ticket: list', async () => {
    const seller = await fixture.newUser();
    const session = await fixture.openSession({ as: seller });
    await session.goto('/sell/new');
    await field(session.page, 'Title').fill('Only once');
    await field(session.page, 'Price the buyer pays').fill('10');
    await stopAndPressAgain(session, '**/tickets/*', 'List the ticket', /^\/tickets\/[0-9a-f]{24}$/);
    expect((await seller.get<unknown[]>('/api/tickets?mine=1')).body).toHaveLength(1);
  });

  it('offers to pay the reservation after the navigation to the checkout was stopped: reserve', async () => {
    const [ticket, buyer] = [await fixture.listTicket(), await fixture.newUser()];
    const session = await fixture.openSession({ as: buyer });
    session.allowConsole(/net::ERR_/);
    const { page } = session;
    await session.goto(`/tickets/${ticket.id}`);
    const release = await holdPages(page, '**/checkout/*');
    const isLeaving = page.waitForRequest((request) => request.isNavigationRequest());
    await button(page, 'Reserve').click({ noWaitAfter: true });
    await isLeaving;
    await page.evaluate('window.stop()');
    const pay = page.getByRole('main').getByRole('link', { name: /^Pay / });
    await pay.waitFor();
    await release();
    await pay.click();
    await session.waitForPath(/^\/checkout\/[0-9a-f]{24}$/);
  });

  it('works again after the navigation to the bank was stopped: pay', async () => {
    const [ticket, buyer] = [await fixture.listTicket(), await fixture.newUser()];
    const order = await buyer.reserve(ticket.id);
    const session = await fixture.openSession({ as: buyer });
    session.allowConsole(/net::ERR_/);
    const { page } = session;
    await session.goto(`/checkout/${order.id}`);
    await page.getByRole('radio', { name: '3-D Secure' }).first().check();
    const release = await holdPages(page, '**/stripe-emulator/bank/**');
    const isLeaving = page.waitForRequest((request) => request.isNavigationRequest());
    await button(page, /^Pay /).click({ noWaitAfter: true });
    await isLeaving;
    await page.evaluate('window.stop()');
    await page.getByRole('link', { name: 'Continue at your bank' }).waitFor();
    await release();
  });
});
