import type { Page } from 'playwright-core';
import { describeInBrowser, pollUntil, useOwnShopFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const HOURS_MS = 60 * 60 * 1000;

/** A script that shifts the browser's clock; timers and performance.now stay right. */
const clockOffBy = (ms: number) => `{
  const Right = Date;
  const now = () => Right.now() + ${ms};
  globalThis.Date = class Date extends Right {
    constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
    static now() { return now(); }
  };
}`;

/** The page believes that it is offline, or online again; its requests work as before. */
async function setOnline(page: Page, isOnline: boolean) {
  await page.evaluate(`{
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: ${isOnline} });
    dispatchEvent(new Event('${isOnline ? 'online' : 'offline'}'));
  }`);
}

/** Has the page read its order, as when someone returns to its tab, and waits until it has shown the answer. */
async function readOrder(page: Page, id: string) {
  const answer = page.waitForResponse(`**/api/orders/${id}`);
  await page.evaluate(`void document.dispatchEvent(new Event('visibilitychange'))`);
  const order = (await (await answer).json()) as { status: string };
  await page.evaluate('new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))');
  return order;
}

describeInBrowser('pages while something fails', () => {
  const fixture = useOwnShopFixture();

  async function reserved(initScript?: string) {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const order = await buyer.reserve(ticket.id);
    const session = await fixture.openSession({ as: buyer, ...(initScript && { initScript }) });
    return { ticket, buyer, order, session, page: session.page };
  }

  it.each([3, -3])(
    'count down by the server clock when the browser clock is off by %d hours',
    async (hours) => {
      const { page, session, order } = await reserved(clockOffBy(hours * HOURS_MS));
      await session.goto(`/checkout/${order.id}`);
      const shift = await page.evaluate(() => Date.now());
      expect(Math.round((shift - Date.now()) / HOURS_MS)).toBe(hours);
      const timer = page.getByRole('timer', { name: 'Time left' });
      await timer.filter({ hasText: /^1[34]:\d\d$/ }).waitFor();
      const shown = await timer.innerText();
      await timer.filter({ hasNotText: shown }).waitFor();
      await button(page, /^Pay /).click();
      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
    },
  );

  it('disable paying while offline, keep counting down, and show the paid order once online', async () => {
    const { page, session, order, buyer } = await reserved();
    session.allowConsole(/net::ERR_/);
    await session.goto(`/checkout/${order.id}`);
    await session.context.setOffline(true);
    await page.getByText('You are offline.').waitFor();
    const pay = button(page, /^Pay /);
    expect(await pay.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('You need to be online to pay. Your time keeps running.').waitFor();
    const timer = page.getByRole('timer', { name: 'Time left' });
    await timer.filter({ hasNotText: await timer.innerText() }).waitFor();
    await buyer.pay(order.id); // on another device
    await session.context.setOffline(false);

    await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
    await heading(page, 'The ticket is yours').waitFor();
  });

  it('stay at the checkout of a paid order while offline, because the next page would not load', async () => {
    const { page, session, order, buyer } = await reserved();
    await session.goto(`/checkout/${order.id}`);
    await setOnline(page, false); // the requests of the page still work: it learns of the payment
    await buyer.pay(order.id);
    await pollUntil(
      () => readOrder(page, order.id),
      ({ status }) => status === 'complete',
    );
    expect(new URL(page.url()).pathname).toBe(`/checkout/${order.id}`);
    await setOnline(page, true);

    await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
  });

  it('keep the checkout working when a lazily loaded script fails to load', async () => {
    const { page, session, order } = await reserved();
    session.allowConsole(/net::ERR_FAILED/);
    const html = await (await page.request.get(`/checkout/${order.id}`)).text();
    let lost = 0;
    await page.route('**/_next/static/chunks/*.js', (route) => {
      const isLate = !html.includes(new URL(route.request().url()).pathname.split('/').at(-1) ?? '');
      lost += isLate ? 1 : 0;
      return isLate ? route.abort() : route.continue();
    });
    await session.goto(`/checkout/${order.id}`);
    const timer = page.getByRole('timer', { name: 'Time left' });
    await timer.filter({ hasNotText: await timer.innerText() }).waitFor();

    expect(lost).toBeGreaterThan(0);
    await page.unroute('**/_next/static/chunks/*.js');
    await button(page, /^Pay /).click();
    await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
  });

  it('do not reserve a ticket while offline', async () => {
    const ticket = await fixture.listTicket();
    const { page, goto, context, allowConsole } = await fixture.openSession();
    allowConsole(/net::ERR_/);
    await goto(`/tickets/${ticket.id}`);
    await context.setOffline(true);
    await page.getByText('You need to be online to reserve.').waitFor();
    await button(page, 'Reserve').click({ force: true }); // the button is aria-disabled
    await context.setOffline(false);
    await page.getByText('You need to be online to reserve.').waitFor({ state: 'hidden' });
    expect(page.url()).toContain(`/tickets/${ticket.id}`);
  });

  it('poll for the status of a ticket when the event stream is blocked', async () => {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const { page, goto, allowConsole } = await fixture.openSession({ blocksStreams: true });
    allowConsole(/net::ERR_FAILED.*stream/);
    await goto(`/tickets/${ticket.id}`);
    await buyer.reserve(ticket.id);

    await page.getByText('Reserved', { exact: true }).first().waitFor();
  });

  it('receive changes again after the router was killed', async () => {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const { page, goto, allowConsole } = await fixture.openSession();
    allowConsole(/net::ERR_|50[23]/);
    const isStreaming = page.waitForRequest('**/api/tickets/stream');
    await goto(`/tickets/${ticket.id}`);
    await isStreaming;
    fixture.shop.kill('router');
    await fixture.shop.waitReady('router', 60_000);
    await buyer.reserve(ticket.id);

    await page.getByText('Reserved', { exact: true }).first().waitFor();
  });

  describe('while one service is down', () => {
    async function without(service: string, check: () => Promise<void>) {
      await fixture.shop.hold(service);
      try {
        await check();
      } finally {
        fixture.shop.resume(service);
        await fixture.shop.waitReady(service, 120_000);
      }
    }

    it('keep browsing possible without auth, and show that the sign-in status is unknown', async () => {
      const ticket = await fixture.listTicket();
      const { page, goto, allowConsole } = await fixture.openSession({ as: await fixture.newUser() });
      allowConsole(/50[23]|net::ERR_/);
      await without('auth', async () => {
        expect(await goto('/tickets')).toBe(200);
        await page.getByRole('link', { name: ticket.title }).waitFor();
        await button(page, 'Menu').click();
        await page.getByText('We can’t check if you’re signed in.').waitFor();
        await page.getByText('Sign-in can’t be checked').waitFor();
        expect(await page.getByRole('link', { name: 'Sign in' }).count()).toBe(0);
        await goto(`/tickets/${ticket.id}`);
        await heading(page, ticket.title).waitFor();
        await goto('/orders');
        await heading(page, 'Your orders did not load').waitFor();
      });
      await heading(page, 'No orders yet').waitFor(); // by itself
    });

    it('show that listings did not load without tickets, and load them once it is back', async () => {
      const ticket = await fixture.listTicket();
      const { page, goto, allowConsole } = await fixture.openSession();
      allowConsole(/50[23]|net::ERR_/);
      await without('tickets', async () => {
        expect(await goto('/tickets')).toBe(200);
        await heading(page, 'Listings did not load').waitFor();
        await page.getByRole('link', { name: 'Encore, home' }).first().waitFor();
      });
      await page.getByRole('link', { name: ticket.title }).waitFor(); // by itself
    });

    it('show that reserving failed and that orders did not load without orders', async () => {
      const ticket = await fixture.listTicket();
      const { page, goto, waitForPath, allowConsole } = await fixture.openSession({
        as: await fixture.newUser(),
      });
      allowConsole(/50[23]|net::ERR_/);
      await without('orders', async () => {
        await goto(`/tickets/${ticket.id}`);
        await button(page, 'Reserve').click();
        await heading(page, 'Not reserved').waitFor();
        await goto('/orders');
        await heading(page, 'Your orders did not load').waitFor();
      });
      await goto(`/tickets/${ticket.id}`);
      await button(page, 'Reserve').click();
      await waitForPath(/^\/checkout\//);
    });

    it('show at checkout without payments that the ticket stays reserved, and until when', async () => {
      const { page, session, order } = await reserved();
      session.allowConsole(/50[23]|net::ERR_/);
      await session.goto(`/checkout/${order.id}`);
      await without('payments', async () => {
        await button(page, /^Pay /).click();
        await heading(page, 'Payments are unavailable right now').waitFor();
        await page.getByText('Your ticket is reserved until').waitFor();
      });
      await button(page, /^Pay /).click();
      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });
  });
});
