import type { Page } from 'playwright-core';
import { inBrowser, useStage } from './stage.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const HOURS_MS = 60 * 60 * 1000;

/** A browser whose clock is wrong by so much; what its timers and performance.now measure stays right. */
const clockOffBy = (ms: number) => `{
  const Right = Date;
  const now = () => Right.now() + ${ms};
  globalThis.Date = class Date extends Right {
    constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
    static now() { return now(); }
  };
}`;

inBrowser('troubles in the browser', () => {
  const stage = useStage();

  async function reserved(before?: string) {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const order = await buyer.reserves(ticket.id);
    const seat = await stage.opens({ as: buyer, ...(before && { before }) });
    return { ticket, buyer, order, seat, page: seat.page };
  }

  it.each([3, -3])('counts by the clock of the server when the own is off by %d hours', async (hours) => {
    const { page, seat, order } = await reserved(clockOffBy(hours * HOURS_MS));
    await seat.goes(`/checkout/${order.id}`);
    const shift = await page.evaluate(() => Date.now());
    expect(Math.round((shift - Date.now()) / HOURS_MS)).toBe(hours);
    const timer = page.getByRole('timer', { name: 'Time left' });
    await timer.filter({ hasText: /^1[34]:\d\d$/ }).waitFor();
    const shown = await timer.innerText();
    await timer.filter({ hasNotText: shown }).waitFor();
    await button(page, /^Pay /).click();
    await seat.arrives(new RegExp(`^/orders/${order.id}$`));
  });

  it('stops paying while offline, goes on counting, and catches up', async () => {
    const { page, seat, order, buyer } = await reserved();
    seat.expects(/net::ERR_/);
    await seat.goes(`/checkout/${order.id}`);
    await seat.context.setOffline(true);
    await page.getByText('You are offline.').waitFor();
    const pay = button(page, /^Pay /);
    expect(await pay.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('You need to be online to pay. Your time keeps running.').waitFor();
    const timer = page.getByRole('timer', { name: 'Time left' });
    await timer.filter({ hasNotText: await timer.innerText() }).waitFor();
    await buyer.pays(order.id); // on another device
    await seat.context.setOffline(false);

    await seat.arrives(new RegExp(`^/orders/${order.id}$`));
    await heading(page, 'The ticket is yours').waitFor();
  });

  it('keeps the page when the script of a late part does not come', async () => {
    const { page, seat, order } = await reserved();
    seat.expects(/net::ERR_FAILED/);
    const html = await (await page.request.get(`/checkout/${order.id}`)).text();
    let lost = 0;
    await page.route('**/_next/static/chunks/*.js', (route) => {
      const isLate = !html.includes(new URL(route.request().url()).pathname.split('/').at(-1) ?? '');
      lost += isLate ? 1 : 0;
      return isLate ? route.abort() : route.continue();
    });
    await seat.goes(`/checkout/${order.id}`);
    const timer = page.getByRole('timer', { name: 'Time left' });
    await timer.filter({ hasNotText: await timer.innerText() }).waitFor();

    expect(lost).toBeGreaterThan(0);
    await page.unroute('**/_next/static/chunks/*.js');
    await button(page, /^Pay /).click();
    await seat.arrives(new RegExp(`^/orders/${order.id}$`));
  });

  it('does not reserve while offline', async () => {
    const ticket = await stage.lists();
    const { page, goes, context, expects } = await stage.opens();
    expects(/net::ERR_/);
    await goes(`/tickets/${ticket.id}`);
    await context.setOffline(true);
    await page.getByText('You need to be online to reserve.').waitFor();
    await button(page, 'Reserve').click({ force: true }); // it says that it is disabled
    await context.setOffline(false);
    await page.getByText('You need to be online to reserve.').waitFor({ state: 'hidden' });
    expect(page.url()).toContain(`/tickets/${ticket.id}`);
  });

  it('asks now and then when the stream is cut', async () => {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const { page, goes, expects } = await stage.opens({ isCutOff: true });
    expects(/net::ERR_FAILED.*stream/);
    await goes(`/tickets/${ticket.id}`);
    await buyer.reserves(ticket.id);

    await page.getByText('Reserved', { exact: true }).first().waitFor();
  });

  it('hears of changes again after the way to the services was cut', async () => {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const { page, goes, expects } = await stage.opens();
    expects(/net::ERR_|50[23]/);
    const isStreaming = page.waitForRequest('**/api/tickets/stream');
    await goes(`/tickets/${ticket.id}`);
    await isStreaming;
    stage.shop.kill('router');
    await stage.shop.waitReady('router', 60_000);
    await buyer.reserves(ticket.id);

    await page.getByText('Reserved', { exact: true }).first().waitFor();
  });

  describe('with one service down', () => {
    async function without(service: string, look: () => Promise<void>) {
      await stage.shop.hold(service);
      try {
        await look();
      } finally {
        stage.shop.resume(service);
        await stage.shop.waitReady(service, 120_000);
      }
    }

    it('auth: everybody can browse, and the sign-in says that it is unknown', async () => {
      const ticket = await stage.lists();
      const { page, goes, expects } = await stage.opens({ as: await stage.person() });
      expects(/50[23]|net::ERR_/);
      await without('auth', async () => {
        expect(await goes('/tickets')).toBe(200);
        await page.getByRole('link', { name: ticket.title }).waitFor();
        await button(page, 'Menu').click();
        await page.getByText('We can’t check whether you’re signed in right now.').waitFor();
        await goes(`/tickets/${ticket.id}`);
        await heading(page, ticket.title).waitFor();
        await goes('/orders');
        await heading(page, 'Your orders did not load').waitFor();
      });
      await button(page, 'Try again').click();
      await heading(page, 'No orders yet').waitFor();
    });

    it('tickets: the page stays, says so, and works again', async () => {
      const ticket = await stage.lists();
      const { page, goes, expects } = await stage.opens();
      expects(/50[23]|net::ERR_/);
      await without('tickets', async () => {
        expect(await goes('/tickets')).toBe(200);
        await heading(page, 'Listings did not load').waitFor();
        await page.getByRole('link', { name: 'Encore, home' }).first().waitFor();
      });
      await button(page, 'Try again').click();
      await page.getByRole('link', { name: ticket.title }).waitFor();
    });

    it('orders: reserving says so, and the own orders too', async () => {
      const ticket = await stage.lists();
      const { page, goes, arrives, expects } = await stage.opens({ as: await stage.person() });
      expects(/50[23]|net::ERR_/);
      await without('orders', async () => {
        await goes(`/tickets/${ticket.id}`);
        await button(page, 'Reserve').click();
        await heading(page, 'Not reserved').waitFor();
        await goes('/orders');
        await heading(page, 'Your orders did not load').waitFor();
      });
      await goes(`/tickets/${ticket.id}`);
      await button(page, 'Reserve').click();
      await arrives(/^\/checkout\//);
    });

    it('payments: the checkout says that nothing was charged, and until when it is held', async () => {
      const { page, seat, order } = await reserved();
      seat.expects(/50[23]|net::ERR_/);
      await seat.goes(`/checkout/${order.id}`);
      await without('payments', async () => {
        await button(page, /^Pay /).click();
        await heading(page, 'Payments are unavailable right now').waitFor();
        await page.getByText('Your ticket is reserved until').waitFor();
      });
      await button(page, /^Pay /).click();
      await seat.arrives(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });
  });
});
