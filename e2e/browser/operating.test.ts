import { mongo } from 'mongoose';
import type { Page } from 'playwright-core';
import { cloudEvent, newId } from '@ticketing/common';
import { runAuthProgram } from '../shop/run-source.ts';
import type { ShopClient, Ticket } from '../shop/shop-client.ts';
import { describeInBrowser, pollUntil, useBrowserFixture } from './browser-fixture.ts';
import { screens } from './screens.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

/** Gives the reason for an action of the console, and takes it. */
async function act(page: Page, action: string, reason: string, result = 'Done') {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: action, exact: true }) });
  await form.getByLabel('Reason').fill(reason);
  await form.getByRole('button').click();
  await heading(page, result).waitFor();
}

/** The event of a ticket that no other service knows. */
function aTicketCreated(id: string, userId: string, at: Date) {
  const times = { createdAt: at.toISOString(), updatedAt: at.toISOString() };
  const price = { title: 'Lost event', amount: 4250, currency: 'usd' };
  const about = { id: `ticket:${id}:0`, source: 'tickets', subject: id };
  const state = { id, userId, version: 0, status: 'available' as const, orderId: null, reservationSeq: 0 };
  return cloudEvent('ticket:created', about, { ...state, ...price, ...times });
}

describeInBrowser('the console of operators', () => {
  const fixture = useBrowserFixture();

  async function statusesOf(reader: ShopClient, ids: string[]) {
    const found = await Promise.all(ids.map((id) => reader.get<Ticket>(`/api/tickets/${id}`)));
    return found.map(({ body }) => body.status);
  }

  it.each(screens)('takes an operator from a report to its end, at $width px', async (viewport) => {
    const { width } = viewport;
    const [seller, operator] = [await fixture.newUser(), await fixture.newOperator()];
    const ticket = await seller.listTicket({ title: `Forged fugue ${width}` });
    const other = await seller.listTicket({ title: `Second seat ${width}` });
    const open = (as?: ShopClient) => fixture.openSession({ viewport, ...(as && { as }) });
    const [guest, console, sale] = [await open(), await open(operator), await open(seller)];

    await guest.goto(`/tickets/${ticket.id}`);
    await link(guest.page, 'Report this listing').click();
    await guest.page.getByLabel('What is wrong?').selectOption('The ticket is forged or used');
    const known = `My friend has the same seat, ${width}.`;
    await guest.page.getByLabel('What should we know?').fill(known);
    await button(guest.page, 'Send report').click();
    await heading(guest.page, 'Thank you').waitFor();

    const { page } = console;
    await console.goto('/account');
    await link(page, 'Console').click();
    await page.getByRole('listitem').filter({ hasText: known }).getByRole('link').click();
    await console.waitForPath(new RegExp(`^/admin/listings/${ticket.id}$`));
    await act(page, 'Take down', 'The seat was sold twice.');
    await page.getByText('withdrawn, taken down').waitFor();
    await act(page, 'Resolve', 'Taken down');
    await page.getByText('resolved: Taken down').waitFor();

    await sale.goto(`/sell/${ticket.id}`);
    await heading(sale.page, 'Taken down').waitFor();
    await sale.page.getByText('The seat was sold twice.').waitFor();
    expect(await link(sale.page, 'List again').count()).toBe(0);

    await act(page, 'Restore the listing', 'The organizer confirms the seat.');
    const restored = /listings\/([0-9a-f]{24})/.exec(page.url())?.[1] ?? '';
    expect(restored).not.toBe(ticket.id);
    await page.getByText('available', { exact: true }).waitFor();
    expect(await statusesOf(seller, [ticket.id, restored])).toEqual(['withdrawn', 'available']);

    await console.goto('/admin');
    await page.getByRole('searchbox').fill(seller.email);
    await button(page, 'Find').click();
    await link(page, seller.email).click();
    await act(page, 'Suspend the account', 'Forged tickets, two reports');
    await page.getByText('Forged tickets, two reports').first().waitFor();
    await pollUntil(
      async () => {
        await sale.goto('/account');
        return new URL(sale.page.url()).pathname;
      },
      (path) => path === '/auth/signin',
    );
    sale.allowConsole(/403.*\/api\/users\/signin/);
    await sale.page.getByLabel('Email').fill(seller.email);
    await sale.page.getByLabel('Password', { exact: true }).fill(seller.password);
    await button(sale.page, 'Sign in').click();
    await heading(sale.page, /This account is suspended/).waitFor();
    const reader = fixture.shop.newClient();
    await pollUntil(
      () => statusesOf(reader, [restored, other.id]),
      (statuses) => statuses.every((status) => status === 'withdrawn'),
    );

    await act(page, 'Restore the account', 'The reports were a mistake.');
    await button(sale.page, 'Sign in').click();
    await sale.waitForPath(/^\/account$/);

    await pollUntil(
      async () => {
        await console.goto(new URL(page.url()).pathname);
        return page.getByRole('main').innerText();
      },
      (text) => text.includes('Forged tickets, two reports') && text.includes('The reports were a mistake.'),
    );
    const { status, stdout } = await runAuthProgram(fixture.shop.folder, 'audit', 'verify');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/ verified, the last one is \d+:[0-9a-f]{64}/),
    ]);
  });

  it('retries a dead letter, and drops one that no version will handle', async () => {
    const [operator, ticketId, sellerId] = [await fixture.newOperator(), newId(), newId()];
    const client = await new mongo.MongoClient(fixture.shop.urlOf('mongod-orders')).connect();
    const [channel, at] = ['ticket:created', new Date()];
    const about = { channel, error: 'Error: odd', attempts: 11, at };
    const [handled, garbage] = [`${channel}:900001`, `${channel}:900002`];
    const event = aTicketCreated(ticketId, sellerId, at);
    await client
      .db()
      .collection<{ _id: string; event: unknown }>('deadletters')
      .insertMany([
        { _id: handled, event, ...about },
        { _id: garbage, event: 'not JSON', ...about },
      ]);
    const console = await fixture.openSession({ as: operator });
    const { page } = console;

    await console.goto('/admin');
    await link(page, 'Dead letters').click();
    await link(page, garbage).click();
    await act(page, 'Retry', 'It may be fine now.', 'That did not work');
    await page.getByText('InvalidEventError').waitFor();
    await act(page, 'Drop', 'A test wrote it.');
    await console.waitForPath(/^\/admin\/dead-letters\?done=/);
    expect(await link(page, garbage).count()).toBe(0);
    await link(page, handled).click();
    await page.getByText(ticketId).first().waitFor();
    await act(page, 'Retry', 'The handler is mended.');

    expect(await link(page, handled).count()).toBe(0);
    const copy = await client.db().collection<{ _id: string }>('tickets').findOne({ _id: ticketId });
    expect(copy).toMatchObject({ version: 0 });
    await client.close();
    await pollUntil(
      async () => {
        await console.goto('/admin');
        return page.getByRole('main').innerText();
      },
      (text) =>
        ['dead letter dropped: A test wrote it.', 'The handler is mended.'].every((one) =>
          text.includes(one),
        ),
    );
  });

  it('shows the timeline of a sale from its order, and that the services agree', async () => {
    const [buyer, operator, ticket] = [
      await fixture.newUser(),
      await fixture.newOperator(),
      await fixture.listTicket(),
    ];
    const { id } = await buyer.reserve(ticket.id);
    await buyer.pay(id);
    await buyer.waitForOrder(id, ({ status }) => status === 'complete');
    const console = await fixture.openSession({ as: operator });
    const { page } = console;

    await console.goto(`/admin/orders/${id}`);
    await link(page, 'Timeline of all services').click();
    await console.waitForPath(new RegExp(`^/admin/timelines/order/${id}$`));
    const text = await pollUntil(
      async () => {
        await console.goto(`/admin/timelines/order/${id}`);
        return page.getByRole('main').innerText();
      },
      (shown) => /^consistent$/m.test(shown),
    );
    for (const what of ['ticket listed', 'order complete', 'payment captured', 'card attempt 1'])
      expect(text).toContain(what);
    await link(page, ticket.id).click();
    await heading(page, ticket.title).waitFor();
    await console.goto(`/admin/timelines/payment/${id}`);
    await heading(page, /^Timeline of the payment/).waitFor();
  });

  it('links what the last reconciliation found with its order and its payment', async () => {
    const [buyer, operator, ticket] = [
      await fixture.newUser(),
      await fixture.newOperator(),
      await fixture.listTicket(),
    ];
    const { id } = await buyer.reserve(ticket.id);
    const client = await new mongo.MongoClient(fixture.shop.urlOf('mongod-payments')).connect();
    const [what, intentId] = ['captured here, canceled at Stripe', 'pi_unknown'];
    await client
      .db()
      .collection<{ _id: string; succeededAt: Date; count: number; differences: object[] }>('reconciliations')
      .insertOne({
        _id: 'last',
        succeededAt: new Date('2026-11-28T12:00:00Z'),
        count: 1,
        differences: [{ orderId: id, intentId, what }],
      });
    await client.close();
    const console = await fixture.openSession({ as: operator });
    const { page } = console;

    await console.goto('/admin');
    await link(page, 'Money').click();
    const difference = page.getByRole('listitem').filter({ hasText: what });
    await page.getByText('2026-11-28 12:00 UTC').waitFor();
    expect(await difference.getByRole('link', { name: intentId }).getAttribute('href')).toBe(
      `/admin/timelines/payment/${intentId}`,
    );
    await difference.getByRole('link', { name: id }).click();
    await heading(page, `Order ${id}`).waitFor();
  });

  it('is found by operators only, and refuses the actions of others', async () => {
    const [user, ticket] = [await fixture.newUser(), await fixture.listTicket()];
    const session = await fixture.openSession({ as: user });
    const guest = await fixture.openSession();
    for (const other of [session, guest]) {
      other.allowConsole(/404|403|401/);
      for (const path of [
        '/admin',
        '/admin/dead-letters',
        '/admin/money',
        `/admin/accounts/${ticket.userId}`,
        `/admin/listings/${ticket.id}`,
        `/admin/timelines/ticket/${ticket.id}`,
      ])
        expect([path, await other.goto(path)]).toEqual([path, 404]);
    }
    await session.goto('/account');
    expect(await link(session.page, 'Console').count()).toBe(0);

    const form = { action: 'take-down', id: ticket.id, back: '/admin', reason: 'a rival' };
    const origin = fixture.shop.url;
    const answered = await session.context.request.post('/admin/act', {
      form,
      headers: { origin },
      maxRedirects: 0,
    });
    expect(answered.headers().location).toBe('/admin?problem=operator_required');
    expect(await statusesOf(user, [ticket.id])).toEqual(['available']);
  });

  it('refuses a form that another site sends', async () => {
    const [operator, ticket] = [await fixture.newOperator(), await fixture.listTicket()];
    const { context } = await fixture.openSession({ as: operator });
    const form = { action: 'take-down', id: ticket.id, back: '/admin', reason: 'a forged form' };

    const answered = await context.request.post('/admin/act', {
      form,
      headers: { origin: 'https://example.org' },
      maxRedirects: 0,
    });

    expect(answered.headers().location).toBe('/admin?problem=origin_refused');
    expect(await statusesOf(operator, [ticket.id])).toEqual(['available']);
  });
});
