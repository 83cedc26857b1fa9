import type { Page } from 'playwright-core';
import type { Order } from '../shop/shop-client.ts';
import { describeInBrowser, orderIdIn, pollUntil, useOwnShopFixture } from './browser-fixture.ts';
import { holdScript } from './late-script.ts';

const SECONDS = 15;
const ended = (page: Page) => page.getByRole('heading', { name: 'Your reservation has expired' });

describeInBrowser('an expired reservation in the browser', () => {
  const fixture = useOwnShopFixture({
    env: { orders: { RESERVATION_SECONDS: String(SECONDS), RESERVATION_COOLDOWN_SECONDS: '0' } },
  });

  async function atCheckout() {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const session = await fixture.openSession({ as: buyer });
    const order = await buyer.reserve(ticket.id);
    await session.goto(`/checkout/${order.id}`);
    await session.page.getByRole('timer', { name: 'Time left' }).waitFor();
    return { ticket, buyer, order, ...session };
  }

  it('ends the open checkout, where the ticket can be reserved again in one step', async () => {
    const { page, waitForPath, order, buyer } = await atCheckout();
    await ended(page).waitFor();
    await page.getByText('You were not charged.').waitFor();
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body).toMatchObject({
      status: 'cancelled',
      reason: 'expired',
    });

    await pollUntil(
      async () => (await buyer.get<{ status: string }>(`/api/tickets/${order.ticket.id}`)).body.status,
      (status) => status === 'available',
    );
    await page.getByRole('button', { name: 'Reserve again' }).click();
    await page.waitForURL((address) => !address.href.endsWith(order.id));
    await waitForPath(/^\/checkout\//);
    expect(orderIdIn(page)).not.toBe(order.id);
    await page.getByRole('timer', { name: 'Time left' }).waitFor();
  });

  it('is reserved again by a press from before the script of the page has loaded', async () => {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const order = await buyer.reserve(ticket.id);
    await buyer.send('DELETE', `/api/orders/${order.id}`);
    await pollUntil(
      async () => (await buyer.get<{ status: string }>(`/api/tickets/${ticket.id}`)).body.status,
      (status) => status === 'available',
    );
    const { page } = await fixture.openSession({ as: buyer });
    const load = await holdScript(page, 'Reserve again');
    await page.goto(`/checkout/${order.id}`, { waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Reserve again' }).click();
    await load();

    await page.waitForURL((address) => !address.href.endsWith(order.id));
    expect(orderIdIn(page)).not.toBe(order.id);
  });

  it('shows on a checkout page that was frozen in the background when it expired', async () => {
    const { page, context, order, buyer } = await atCheckout();
    const tab = await context.newCDPSession(page);
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
    await buyer.waitForOrder(order.id, ({ status }) => status === 'cancelled');
    await tab.send('Page.setWebLifecycleState', { state: 'active' });
    await page.bringToFront();

    await ended(page).waitFor();
  });

  it('notifies another buyer who waits for the ticket that it is available again', async () => {
    const [buyer, other] = await Promise.all([fixture.newUser(), fixture.newUser()]);
    const { page, goto } = await fixture.openSession({ as: other });
    let ticket, order;
    do {
      ticket = await fixture.listTicket();
      order = await buyer.reserve(ticket.id);
      await goto(`/tickets/${ticket.id}`);
      await page.getByRole('button', { name: 'Notify me if it’s available again' }).click();
      await goto('/fees');
      // On a busy machine the reservation may be over before, and the notice was on the page of the ticket.
    } while ((await buyer.get<Order>(`/api/orders/${order.id}`)).body.status !== 'created');

    await page.getByText(`“${ticket.title}” is available again.`).waitFor();
    await page.getByRole('link', { name: 'See it' }).click();
    await page.getByRole('button', { name: 'Reserve' }).waitFor();
    await buyer.waitForOrder(order.id, ({ status }) => status === 'cancelled');
  });
});
