import type { Page } from 'playwright-core';
import type { Order } from '../shop/visitor.ts';
import { eventually, inBrowser, orderIdIn, useStage } from './stage.ts';

const SECONDS = 15;
const ended = (page: Page) => page.getByRole('heading', { name: 'Your reservation has expired' });

inBrowser('the end of a reservation in the browser', () => {
  const stage = useStage({ env: { orders: { RESERVATION_SECONDS: String(SECONDS) } } });

  async function atCheckout() {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const seat = await stage.opens({ as: buyer });
    const order = await buyer.reserves(ticket.id);
    await seat.goes(`/checkout/${order.id}`);
    await seat.page.getByRole('timer', { name: 'Time left' }).waitFor();
    return { ticket, buyer, order, ...seat };
  }

  it('is told while one looks on, and the ticket can be reserved again in one step', async () => {
    const { page, arrives, order, buyer } = await atCheckout();
    await ended(page).waitFor();
    await page.getByText('You were not charged.').waitFor();
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body).toMatchObject({
      status: 'cancelled',
      reason: 'expired',
    });

    await eventually(
      async () => (await buyer.get<{ status: string }>(`/api/tickets/${order.ticket.id}`)).body.status,
      (status) => status === 'available',
    );
    await page.getByRole('button', { name: 'Reserve again' }).click();
    await page.waitForURL((address) => !address.href.endsWith(order.id));
    await arrives(/^\/checkout\//);
    expect(orderIdIn(page)).not.toBe(order.id);
    await page.getByRole('timer', { name: 'Time left' }).waitFor();
  });

  it('is told to who comes back to a page that was hidden and asleep', async () => {
    const { page, context, order, buyer } = await atCheckout();
    const tab = await context.newCDPSession(page);
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
    await buyer.sees(order.id, ({ status }) => status === 'cancelled');
    await tab.send('Page.setWebLifecycleState', { state: 'active' });
    await page.bringToFront();

    await ended(page).waitFor();
  });

  it('frees the page of who waits for the ticket', async () => {
    const [ticket, buyer, other] = await Promise.all([stage.lists(), stage.person(), stage.person()]);
    const order = await buyer.reserves(ticket.id);
    const { page, goes } = await stage.opens({ as: other });
    await goes(`/tickets/${ticket.id}`);
    await page.getByRole('button', { name: 'Notify me if it’s available again' }).click();
    await goes('/fees');

    await page.getByText(`“${ticket.title}” is available again.`).waitFor();
    await page.getByRole('link', { name: 'See it' }).click();
    await page.getByRole('button', { name: 'Reserve' }).waitFor();
    await buyer.sees(order.id, ({ status }) => status === 'cancelled');
  });
});
