import type { Page } from 'playwright-core';
import type { Order, Ticket } from '../shop/shop-client.ts';
import { readLedger } from '../shop/snapshot.ts';
import { describeInBrowser, desktop, orderIdIn, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const reserve = (page: Page) => button(page, /^Reserve/).click();
const pay = (page: Page) => button(page, /^Pay /).click();
const choose = (page: Page, scenario: string) => page.getByRole('radio', { name: scenario }).check();

describeInBrowser('buying in the browser', () => {
  const fixture = useBrowserFixture();

  async function reserved(fields: Record<string, unknown> = {}) {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(fields), fixture.newUser()]);
    const order = await buyer.reserve(ticket.id);
    const session = await fixture.openSession({ as: buyer });
    return { ticket, buyer, order, session, page: session.page };
  }

  const chargesOf = async (orderId: string) =>
    (await readLedger(fixture.shop))
      .filter(({ metadata }) => metadata.orderId === orderId)
      .reduce((sum, { captures }) => sum + captures, 0);

  it('reserves once, after the sign-in, the ticket that a guest chose', async () => {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const { page, goto, waitForPath, allowConsole } = await fixture.openSession();
    allowConsole(/401.*\/api\/orders/);
    await goto(`/tickets/${ticket.id}`);
    await reserve(page);

    await waitForPath(/^\/auth\/signin/);
    await heading(page, 'Sign in to reserve').waitFor();
    await page.getByLabel('Email').fill(buyer.email);
    await page.getByLabel('Password', { exact: true }).fill(buyer.password);
    await button(page, 'Sign in and reserve').click();

    await waitForPath(/^\/checkout\//);
    await heading(page, 'Pay for your ticket').waitFor();
    await page.getByRole('timer', { name: 'Time left' }).waitFor();
    const order = await buyer.get<Order>(`/api/orders/${orderIdIn(page)}`);
    expect(order.body).toMatchObject({ status: 'created', ticket: { id: ticket.id, price: 42.5 } });
    await page.goBack();
    await page.goto(`/auth/signin?next=%2Ftickets%2F${ticket.id}&intent=reserve`);
    await waitForPath(new RegExp(`^/tickets/${ticket.id}`));
    expect((await buyer.get<Order[]>('/api/orders')).body).toHaveLength(1);
  });

  it('lets a new user buy with the keyboard alone', async () => {
    const ticket = await fixture.listTicket({ title: `Keyboard sonatas ${Date.now()}`, seat: 'Row 1' });
    const { page, goto, waitForPath, allowConsole } = await fixture.openSession();
    allowConsole(/401.*\/api\/orders/);
    const press = (key: string) => page.keyboard.press(key);

    await goto('/');
    await page.locator('body').press('Tab');
    expect(await focused(page)).toEqual({ name: 'Skip to content', isShown: true });
    await tabTo(page, 'Event, artist or team');
    await page.keyboard.type(ticket.title);
    await press('Enter');
    await waitForPath(/^\/tickets\?/);
    await tabTo(page, ticket.title);
    await press('Enter');
    await waitForPath(/^\/events\//);
    await tabTo(page, 'Reserve Row 1, €42.50');
    await press('Enter');
    await waitForPath(/^\/auth\/signin/);
    await tabTo(page, 'Create an account');
    await press('Enter');
    await waitForPath(/^\/auth\/signup/);
    await tabTo(page, 'Email');
    await page.keyboard.type(`keys-${Date.now()}@example.com`);
    await tabTo(page, 'Password');
    await page.keyboard.type('eighty-eight notes');
    await press('Enter');
    await waitForPath(/^\/checkout\//);
    await tabTo(page, 'Pay €42.50');
    await press('Enter');

    await waitForPath(/^\/orders\/[0-9a-f]{24}$/);
    await heading(page, 'The ticket is yours').waitFor();
    await page.getByText('DOOR-7781').waitFor();
    expect(await chargesOf(orderIdIn(page))).toBe(1);
  });

  it('shows why each card was declined, keeps the reservation and succeeds with another card', async () => {
    const { page, session, order } = await reserved();
    session.allowConsole(/402.*\/api\/payments/);
    await session.goto(`/checkout/${order.id}`);

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

    await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
    await heading(page, 'The ticket is yours').waitFor();
    expect(await chargesOf(order.id)).toBe(1);
  });

  it.each(['Slow bank', 'Webhook delayed', 'Connection lost after the charge'])(
    'waits for the result of a payment and charges once: %s',
    async (scenario) => {
      const { page, session, order } = await reserved();
      await session.goto(`/checkout/${order.id}`);
      await choose(page, scenario);
      await pay(page);

      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
      expect(await chargesOf(order.id)).toBe(1);
    },
  );

  describe('paying with 3-D Secure', () => {
    async function openBankPage() {
      const all = await reserved();
      await all.session.goto(`/checkout/${all.order.id}`);
      await choose(all.page, '3-D Secure');
      await pay(all.page);
      await all.session.waitForPath(/^\/stripe-emulator\/bank\//);
      return all;
    }

    it('completes the order once the buyer has approved at the bank', async () => {
      const { page, session, order } = await openBankPage();
      await button(page, 'Approve').click();

      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });

    it('returns to the checkout when the buyer declines at the bank', async () => {
      const { page, session, order } = await openBankPage();
      await button(page, 'Decline').click();

      await session.waitForPath(new RegExp(`^/checkout/${order.id}$`));
      await heading(page, 'Your bank did not confirm it was you').waitFor();
      await choose(page, 'Success');
      await pay(page);
      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
    });

    it('continues from the order page after the buyer left the bank page', async () => {
      const { page, session, order } = await openBankPage();
      await session.goto(`/orders/${order.id}`);
      await heading(page, 'Waiting for your bank').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Continue at your bank' }).click();
      await session.waitForPath(/^\/stripe-emulator\/bank\//);
      await button(page, 'Approve').click();

      await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
      await heading(page, 'The ticket is yours').waitFor();
    });
  });

  it('lets one of two browsers reserve a ticket and shows the other that it was too late', async () => {
    const ticket = await fixture.listTicket();
    const sessions = await Promise.all(
      [await fixture.newUser(), await fixture.newUser()].map((as) =>
        fixture.openSession({ as, blocksStreams: true }),
      ),
    );
    for (const { goto, allowConsole } of sessions) {
      allowConsole(/net::ERR_FAILED.*stream/);
      allowConsole(/409.*\/api\/orders/);
      await goto(`/tickets/${ticket.id}`);
    }
    await Promise.all(sessions.map(({ page }) => reserve(page)));

    const outcomes = await Promise.all(
      sessions.map(({ page, waitForPath }) =>
        Promise.race([
          waitForPath(/^\/checkout\//).then(() => 'reserved'),
          page
            .getByText('Someone else got there first')
            .waitFor()
            .then(() => 'too late'),
        ]),
      ),
    );
    expect(outcomes.sort()).toEqual(['reserved', 'too late']);
    const loser = sessions.find(({ page }) => page.url().includes('/tickets/'));
    await loser?.page.getByRole('button', { name: 'Notify me if it’s available again' }).waitFor();
  });

  it('sends one request for a double click', async () => {
    const [ticket, buyer] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const { page, goto, waitForPath } = await fixture.openSession({ as: buyer });
    const posted: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push(new URL(request.url()).pathname);
    });
    await goto(`/tickets/${ticket.id}`);
    await button(page, /^Reserve/).dblclick();
    await waitForPath(/^\/checkout\//);
    await button(page, /^Pay /).dblclick();
    await waitForPath(/^\/orders\/[0-9a-f]{24}$/);

    expect(posted).toEqual(['/api/orders', '/api/payments']);
    expect(await chargesOf(orderIdIn(page))).toBe(1);
  });

  it('shows in a second tab the order that was paid in the first', async () => {
    const { page, session, order } = await reserved();
    await session.goto(`/checkout/${order.id}`);
    const second = await session.context.newPage();
    await second.goto(`/checkout/${order.id}`);
    await second.getByRole('timer').waitFor();
    await pay(page);

    await second.waitForURL(`**/orders/${order.id}`);
    await heading(second, 'The ticket is yours').waitFor();
    expect(await chargesOf(order.id)).toBe(1);
  });

  it('asks a buyer whose session ended during checkout to sign in, and continues', async () => {
    const { page, session, order, buyer } = await reserved();
    session.allowConsole(/401/);
    const orderLoaded = page.waitForResponse((response) =>
      response.url().endsWith(`/api/orders/${order.id}`),
    );
    await Promise.all([orderLoaded, session.goto(`/checkout/${order.id}`)]);
    await session.context.clearCookies();
    await pay(page);

    const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
    await dialog.getByText(/your ticket stays reserved for 1\d minutes/).waitFor();
    await dialog.getByRole('link', { name: 'Sign in' }).click();
    await session.waitForPath(/^\/auth\/signin/);
    await page.getByLabel('Email').fill(buyer.email);
    await page.getByLabel('Password', { exact: true }).fill(buyer.password);
    await button(page, 'Sign in').click();
    await session.waitForPath(new RegExp(`^/checkout/${order.id}$`));
    await pay(page);
    await session.waitForPath(new RegExp(`^/orders/${order.id}$`));
  });

  it.each([
    ['while the ticket is open', false],
    ['when the ticket is reserved', true],
  ])('asks the buyer to accept a changed price %s', async (_when, blocksStreams) => {
    const [ticket, as] = await Promise.all([fixture.listTicket(), fixture.newUser()]);
    const { page, goto, waitForPath, allowConsole } = await fixture.openSession({ as, blocksStreams });
    allowConsole(blocksStreams ? /net::ERR_FAILED.*stream|409.*\/api\/orders/ : /^$/);
    await goto(`/tickets/${ticket.id}`);
    const changed = { title: ticket.title, price: 45 };
    expect((await fixture.seller.send('PUT', `/api/tickets/${ticket.id}`, changed)).status).toBe(200);
    if (blocksStreams) await reserve(page);

    await heading(page, 'The price is now €45.00').waitFor();
    await page.getByText('Nothing is reserved yet.').waitFor();
    expect((await as.get<Order[]>('/api/orders')).body).toEqual([]);
    await button(page, 'Reserve at €45.00').click();
    await waitForPath(/^\/checkout\//);
    await button(page, 'Pay €45.00').waitFor();
  });

  it('releases a reservation from any page, and undoes that', async () => {
    const { page, session, order, buyer, ticket } = await reserved();
    await page.setViewportSize(desktop); // a phone's bar has room for paying only
    await session.goto('/how-it-works');
    const bar = page.getByRole('complementary', { name: 'Your reservation' });
    await bar.getByRole('button', { name: 'Release' }).click();
    await bar.getByRole('button', { name: 'Undo' }).click();
    await bar.getByText('Reserved for you').waitFor();
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body.status).toBe('created');

    await bar.getByRole('button', { name: 'Release' }).click();
    await bar.getByText('Releasing it in 8 seconds').waitFor();
    await page.goto('/fees'); // leaving the page sends the release at once
    await buyer.waitForOrder(order.id, ({ status }) => status === 'cancelled');
    await pollUntil(
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

/** Roughly the accessible name of the focused control, and whether its focus is visible. */
function focused(page: Page) {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { activeElement: Control } };
    const { activeElement: control } = document;
    const name = control.labels?.[0]?.textContent ?? control.getAttribute('aria-label') ?? control.innerText;
    return { name: name.trim(), isShown: control.matches(':focus-visible') };
  });
}

async function tabTo(page: Page, name: string): Promise<void> {
  const names: string[] = [];
  while (names.length < 80) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    names.push(here.name);
    if (here.name !== name) continue;
    expect(here).toEqual({ name, isShown: true });
    return;
  }
  throw new Error(`Tab does not reach ${name}, only ${names.join(' | ')}`);
}
