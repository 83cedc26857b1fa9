import type { Page } from 'playwright-core';
import { readLedger } from '../shop/books.ts';
import type { Order, Ticket } from '../shop/visitor.ts';
import { eventually, inBrowser, orderIdIn, useStage } from './stage.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const reserve = (page: Page) => button(page, /^Reserve/).click();
const pay = (page: Page) => button(page, /^Pay /).click();
const choose = (page: Page, scenario: string) => page.getByRole('radio', { name: scenario }).check();

inBrowser('buying in the browser', () => {
  const stage = useStage();

  async function reserved(fields: Record<string, unknown> = {}) {
    const [ticket, buyer] = await Promise.all([stage.lists(fields), stage.person()]);
    const order = await buyer.reserves(ticket.id);
    const seat = await stage.opens({ as: buyer });
    return { ticket, buyer, order, seat, page: seat.page };
  }

  const chargesOf = async (orderId: string) =>
    (await readLedger(stage.shop))
      .filter(({ metadata }) => metadata.orderId === orderId)
      .reduce((sum, { captures }) => sum + captures, 0);

  it('keeps what a guest wanted to reserve over the sign-in, once', async () => {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const { page, goes, arrives, expects } = await stage.opens();
    expects(/401.*\/api\/orders/);
    await goes(`/tickets/${ticket.id}`);
    await reserve(page);

    await arrives(/^\/auth\/signin/);
    await heading(page, 'Sign in to reserve').waitFor();
    await page.getByLabel('Email').fill(buyer.email);
    await page.getByLabel('Password', { exact: true }).fill(buyer.password);
    await button(page, 'Sign in and reserve').click();

    await arrives(/^\/checkout\//);
    await heading(page, 'Pay for your ticket').waitFor();
    await page.getByRole('timer', { name: 'Time left' }).waitFor();
    const order = await buyer.get<Order>(`/api/orders/${orderIdIn(page)}`);
    expect(order.body).toMatchObject({ status: 'created', ticket: { id: ticket.id, price: 42.5 } });
    await page.goBack();
    await page.goto(`/auth/signin?next=%2Ftickets%2F${ticket.id}&intent=reserve`);
    await arrives(new RegExp(`^/tickets/${ticket.id}`));
    expect((await buyer.get<Order[]>('/api/orders')).body).toHaveLength(1);
  });

  it('sells to a first-time visitor who has only a keyboard', async () => {
    const ticket = await stage.lists({ title: `Keyboard sonatas ${Date.now()}` });
    const { page, goes, arrives, expects } = await stage.opens();
    expects(/401.*\/api\/orders/);
    const press = (key: string) => page.keyboard.press(key);

    await goes('/');
    await page.locator('body').press('Tab');
    expect(await focused(page)).toEqual({ name: 'Skip to content', isShown: true });
    await tabTo(page, 'Event, artist or team');
    await page.keyboard.type(ticket.title);
    await press('Enter');
    await arrives(/^\/tickets\?/);
    await tabTo(page, ticket.title);
    await press('Enter');
    await arrives(new RegExp(`^/tickets/${ticket.id}`));
    await tabTo(page, 'Reserve');
    await press('Enter');
    await arrives(/^\/auth\/signin/);
    await tabTo(page, 'Create an account');
    await press('Enter');
    await arrives(/^\/auth\/signup/);
    await tabTo(page, 'Email');
    await page.keyboard.type(`keys-${Date.now()}@example.com`);
    await tabTo(page, 'Password');
    await page.keyboard.type('eighty-eight keys');
    await press('Enter');
    await arrives(/^\/checkout\//);
    await tabTo(page, 'Pay €42.50');
    await press('Enter');

    await arrives(/^\/orders\/[0-9a-f]{24}$/);
    await heading(page, 'The ticket is yours').waitFor();
    await page.getByText('DOOR-7781').waitFor();
    expect(await chargesOf(orderIdIn(page))).toBe(1);
  });

  it('tells why a card was declined, keeps the ticket held, and takes another', async () => {
    const { page, seat, order } = await reserved();
    seat.expects(/402.*\/api\/payments/);
    await seat.goes(`/checkout/${order.id}`);

    for (const [scenario, reason] of [
      ['Insufficient funds', 'The card was declined: not enough funds'],
      ['Generic decline', 'The card was declined'],
      ['Expired card', 'The card was declined: it has expired'],
      ['Wrong CVC', 'The security code is incorrect'],
      ['Processing error', 'The bank could not process the card'],
    ] as const) {
      await choose(page, scenario);
      await pay(page);
      const note = page
        .getByRole('alert')
        .filter({ has: page.getByRole('heading', { name: reason, exact: true }) });
      await note.getByText('You were not charged. The ticket is still reserved for you').waitFor();
      await note.and(page.locator(':focus')).waitFor();
      expect(await page.getByRole('radio', { name: scenario }).isChecked()).toBe(true);
    }
    await choose(page, 'Success');
    await pay(page);

    await seat.arrives(new RegExp(`^/orders/${order.id}$`));
    await heading(page, 'The ticket is yours').waitFor();
    expect(await chargesOf(order.id)).toBe(1);
  });

  it.each(['Slow bank', 'Webhook delayed', 'Connection lost after the charge'])(
    'waits for the truth and charges once: %s',
    async (scenario) => {
      const { page, seat, order } = await reserved();
      await seat.goes(`/checkout/${order.id}`);
      await choose(page, scenario);
      await pay(page);

      await seat.arrives(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
      expect(await chargesOf(order.id)).toBe(1);
    },
  );

  describe('3-D Secure', () => {
    async function atTheBank() {
      const all = await reserved();
      await all.seat.goes(`/checkout/${all.order.id}`);
      await choose(all.page, '3-D Secure');
      await pay(all.page);
      await all.seat.arrives(/^\/stripe-emulator\/bank\//);
      return all;
    }

    it('completes once the buyer has approved at the bank', async () => {
      const { page, seat, order } = await atTheBank();
      await button(page, 'Approve').click();

      await seat.arrives(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });

    it('goes back to paying when the bank was told no', async () => {
      const { page, seat, order } = await atTheBank();
      await button(page, 'Decline').click();

      await seat.arrives(new RegExp(`^/checkout/${order.id}$`));
      await heading(page, 'Your bank did not confirm it was you').waitFor();
      await choose(page, 'Success');
      await pay(page);
      await seat.arrives(new RegExp(`^/orders/${order.id}$`));
    });

    it('can be put down and resumed from the order', async () => {
      const { page, seat, order } = await atTheBank();
      await seat.goes(`/orders/${order.id}`);
      await heading(page, 'Waiting for your bank').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Continue at your bank' }).click();
      await seat.arrives(/^\/stripe-emulator\/bank\//);
      await button(page, 'Approve').click();

      await seat.arrives(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });
  });

  it('lets one of two browsers win a ticket and tells the other', async () => {
    const ticket = await stage.lists();
    const seats = await Promise.all(
      [await stage.person(), await stage.person()].map((as) => stage.opens({ as, isCutOff: true })),
    );
    for (const { goes, expects } of seats) {
      expects(/net::ERR_FAILED.*stream/);
      expects(/409.*\/api\/orders/);
      await goes(`/tickets/${ticket.id}`);
    }
    await Promise.all(seats.map(({ page }) => reserve(page)));

    const outcomes = await Promise.all(
      seats.map(({ page, arrives }) =>
        Promise.race([
          arrives(/^\/checkout\//).then(() => 'reserved'),
          page
            .getByText('Someone else got there first')
            .waitFor()
            .then(() => 'told'),
        ]),
      ),
    );
    expect(outcomes.sort()).toEqual(['reserved', 'told']);
    const loser = seats.find(({ page }) => page.url().includes('/tickets/'));
    await loser?.page.getByRole('button', { name: 'Notify me if it’s available again' }).waitFor();
  });

  it('takes a double click for one', async () => {
    const [ticket, buyer] = await Promise.all([stage.lists(), stage.person()]);
    const { page, goes, arrives } = await stage.opens({ as: buyer });
    const posted: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push(new URL(request.url()).pathname);
    });
    await goes(`/tickets/${ticket.id}`);
    await button(page, /^Reserve/).dblclick();
    await arrives(/^\/checkout\//);
    await button(page, /^Pay /).dblclick();
    await arrives(/^\/orders\/[0-9a-f]{24}$/);

    expect(posted).toEqual(['/api/orders', '/api/payments']);
    expect(await chargesOf(orderIdIn(page))).toBe(1);
  });

  it('shows a second tab what happened in the first', async () => {
    const { page, seat, order } = await reserved();
    await seat.goes(`/checkout/${order.id}`);
    const second = await seat.context.newPage();
    await second.goto(`/checkout/${order.id}`);
    await second.getByRole('timer').waitFor();
    await pay(page);

    await second.waitForURL(`**/orders/${order.id}`);
    await heading(second, 'The ticket is yours').waitFor();
    expect(await chargesOf(order.id)).toBe(1);
  });

  it('asks who was signed out in mid-checkout to sign in, and goes on', async () => {
    const { page, seat, order, buyer } = await reserved();
    seat.expects(/401/);
    const caughtUp = page.waitForResponse((answer) => answer.url().endsWith(`/api/orders/${order.id}`));
    await Promise.all([caughtUp, seat.goes(`/checkout/${order.id}`)]);
    await seat.context.clearCookies();
    await pay(page);

    const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
    await dialog.getByText(/your ticket stays reserved for 1\d minutes/).waitFor();
    await dialog.getByRole('link', { name: 'Sign in' }).click();
    await seat.arrives(/^\/auth\/signin/);
    await page.getByLabel('Email').fill(buyer.email);
    await page.getByLabel('Password', { exact: true }).fill(buyer.password);
    await button(page, 'Sign in').click();
    await seat.arrives(new RegExp(`^/checkout/${order.id}$`));
    await pay(page);
    await seat.arrives(new RegExp(`^/orders/${order.id}$`));
  });

  it.each([
    ['live', false],
    ['when it is reserved', true],
  ])('asks about a price that has changed, %s', async (_when, isCutOff) => {
    const [ticket, as] = await Promise.all([stage.lists(), stage.person()]);
    const { page, goes, arrives, expects } = await stage.opens({ as, isCutOff });
    expects(isCutOff ? /net::ERR_FAILED.*stream|409.*\/api\/orders/ : /^$/);
    await goes(`/tickets/${ticket.id}`);
    const changed = { title: ticket.title, price: 45 };
    expect((await stage.seller.send('PUT', `/api/tickets/${ticket.id}`, changed)).status).toBe(200);
    if (isCutOff) await reserve(page);

    await heading(page, 'The price is now €45.00').waitFor();
    await page.getByText('Nothing is reserved yet.').waitFor();
    expect((await as.get<Order[]>('/api/orders')).body).toEqual([]);
    await button(page, 'Reserve at €45.00').click();
    await arrives(/^\/checkout\//);
    await button(page, 'Pay €45.00').waitFor();
  });

  it('releases a ticket on every page, and takes it back', async () => {
    const { page, seat, order, buyer, ticket } = await reserved();
    await seat.goes('/how-it-works');
    const bar = page.getByRole('complementary', { name: 'Your reservation' });
    await bar.getByRole('button', { name: 'Release' }).click();
    await bar.getByRole('button', { name: 'Undo' }).click();
    await bar.getByText('Reserved for you').waitFor();
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body.status).toBe('created');

    await bar.getByRole('button', { name: 'Release' }).click();
    await bar.getByText('Releasing it in 8 seconds').waitFor();
    await page.goto('/fees'); // leaving sends it at once
    await buyer.sees(order.id, ({ status }) => status === 'cancelled');
    await eventually(
      async () => (await buyer.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status,
      (status) => status === 'available',
    );
  });
});

type Control = {
  labels?: { textContent: string }[];
  innerText: string;
  getAttribute: (name: string) => string | null;
  matches: (selector: string) => boolean;
};

/** What a screen reader would call the focused control, roughly, and whether the focus can be seen. */
function focused(page: Page) {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { activeElement: Control } };
    const { activeElement: control } = document;
    const name = control.labels?.[0]?.textContent ?? control.getAttribute('aria-label') ?? control.innerText;
    return { name: name.trim(), isShown: control.matches(':focus-visible') };
  });
}

async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 80) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    passed.push(here.name);
    if (here.name !== name) continue;
    expect(here).toEqual({ name, isShown: true });
    return;
  }
  throw new Error(`The keyboard does not reach ${name}, only ${passed.join(' | ')}`);
}
