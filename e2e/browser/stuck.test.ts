import type { Page } from 'playwright-core';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const field = (page: Page, name: string) => page.getByRole('textbox', { name });

describeInBrowser('a button that leads to another page, when the browser stays on this one', () => {
  const fixture = useBrowserFixture();

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
    await session.waitForPath(/^\/tickets\/[0-9a-f]{24}$/);
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
