import type { Page } from 'playwright-core';
import type { Ticket } from '../shop/shop-client.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const row = (page: Page, title: string) => page.getByRole('row').filter({ hasText: title });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

describeInBrowser('selling and the account in the browser', () => {
  const fixture = useBrowserFixture();

  /** Runs `change` and returns whether the page is still the same document after it. */
  async function withoutReload({ page }: BrowserSession, change: () => Promise<void>): Promise<boolean> {
    await page.evaluate(() => void Object.assign(globalThis, { isMarked: true }));
    await change();
    return page.evaluate(() => 'isMarked' in globalThis);
  }

  it('shows the seller a sale as it happens, without a reload', async () => {
    const [seller, buyer] = await Promise.all([fixture.newUser(), fixture.newUser()]);
    const ticket = await seller.listTicket({ title: 'Blue hour trio', price: 31, currency: 'eur' });
    const session = await fixture.openSession({ as: seller });
    const { page } = session;
    await session.goto('/sell');
    await row(page, ticket.title).getByText('For sale').waitFor();

    const isSamePage = await withoutReload(session, async () => {
      const order = await buyer.reserve(ticket.id);
      await row(page, ticket.title).getByText('Reserved', { exact: true }).waitFor();
      await heading(page, `A buyer is paying for “${ticket.title}”`).waitFor();
      await buyer.pay(order.id);
      await page.getByText(`Sold: ${ticket.title}, €31.00`).waitFor();
      await row(page, ticket.title).getByText('Sold', { exact: true }).waitFor();
    });

    expect(isSamePage).toBe(true);
    await page.getByText('of 1 ticket listed').waitFor();
    await row(page, ticket.title).getByRole('link', { name: 'See the sale' }).click();
    await session.waitForPath(/^\/sell\/sales$/);
    await row(page, ticket.title).getByRole('cell').getByText('€31.00', { exact: true }).waitFor();
  });

  it('lists a ticket in the currency of its city or the chosen one, after showing the errors of its fields, and offers to share it and to list another', async () => {
    const session = await fixture.openSession({ as: await fixture.newUser() });
    const { page } = session;
    await session.goto('/sell/new');
    const currencyIn = async (city: string) => {
      await field(page, 'City').fill(city);
      await field(page, 'Seat').fill('Balcony 4');
      return field(page, 'Currency').inputValue();
    };
    await page.getByText('As buyers will see it').waitFor();
    expect([await currencyIn('London'), await currencyIn('New York')]).toEqual(['gbp', 'usd']);
    await field(page, 'Currency').selectOption('eur');
    expect(await currencyIn('London')).toBe('eur');
    await button(page, 'List the ticket').click();

    const summary = page.getByRole('alert').filter({ has: heading(page, 'Two things to fix') });
    await summary.and(page.locator(':focus')).waitFor();
    await summary.getByRole('link', { name: 'Enter a title' }).click();
    await field(page, 'Title').and(page.locator(':focus')).fill('Songs at the pier');
    await field(page, 'Price the buyer pays').fill('12.345');
    await button(page, 'List the ticket').click();
    const price = field(page, 'Price the buyer pays');
    await price.and(page.locator(':focus')).waitFor();
    expect(await price.getAttribute('aria-invalid')).toBe('true');
    expect(await field(page, 'Seat').inputValue()).toBe('Balcony 4');

    await price.fill('12.50');
    await page.getByText('Payout to you').waitFor();
    await button(page, 'List the ticket').click();
    await session.waitForPath(/^\/tickets\/[0-9a-f]{24}\?notice=listed$/);
    await heading(page, 'Songs at the pier').waitFor();
    const note = page.getByRole('status').filter({ has: heading(page, 'Your ticket is listed') });
    await note.getByRole('button', { name: 'Share' }).waitFor();
    await note.getByRole('button', { name: 'Copy link' }).waitFor();
    await note.getByRole('link', { name: 'List another like this' }).click();
    await session.waitForPath(/^\/sell\/new\?like=/);
    const copied = ['Title', 'Price the buyer pays', 'Seat'].map((name) => field(page, name).inputValue());
    expect(await Promise.all(copied)).toEqual(['Songs at the pier', '12.50', '']);
    await page.goBack();
    await session.waitForPath(/^\/tickets\//);

    const guest = await fixture.openSession();
    await guest.goto(new URL(page.url()).pathname);
    await guest.page.getByText('€12.50').first().waitFor();
    await button(guest.page, 'Reserve').waitFor();
  });

  it('shows a validation error of the service beside its field', async () => {
    const session = await fixture.openSession({ as: await fixture.newUser() });
    const { page } = session;
    session.allowConsole(/400.*\/api\/tickets/);
    await session.goto('/sell/new');
    await field(page, 'Title').fill('Songs of yesterday');
    await field(page, 'Price the buyer pays').fill('12');
    await field(page, 'Starts').fill('2020-01-01T20:00');
    await button(page, 'List the ticket').click();

    await field(page, 'Starts').and(page.locator(':focus')).waitFor();
    const described = await field(page, 'Starts').getAttribute('aria-describedby');
    expect(await page.locator(`#${described?.split(' ').at(-1)}`).innerText()).toMatch(/future/);
    expect(await field(page, 'Title').inputValue()).toBe('Songs of yesterday');
  });

  it('edits a listing, and locks it but keeps what is typed while a buyer has reserved it', async () => {
    const [seller, buyer] = await Promise.all([fixture.newUser(), fixture.newUser()]);
    const ticket = await seller.listTicket({ title: 'Night tram choir', price: 20, currency: 'eur' });
    const session = await fixture.openSession({ as: seller });
    const { page } = session;
    await session.goto(`/sell/${ticket.id}`);
    await field(page, 'Price the buyer pays').fill('18.50');
    await button(page, 'Save changes').click();
    await session.waitForPath(new RegExp(`^/tickets/${ticket.id}$`));
    await page.getByText('€18.50').first().waitFor();

    await session.goto(`/sell/${ticket.id}`);
    await field(page, 'Note to buyers').fill('Typed before the reservation');
    await field(page, 'Entry code').fill('DOOR-9');
    const isSamePage = await withoutReload(session, async () => {
      const order = await buyer.reserve(ticket.id);
      await heading(page, 'A buyer is paying for this one').waitFor();
      await button(page, 'Save changes').waitFor({ state: 'hidden' });
      await buyer.send('DELETE', `/api/orders/${order.id}`);
      await button(page, 'Save changes').waitFor();
    });
    expect(isSamePage).toBe(true);
    expect(await field(page, 'Note to buyers').inputValue()).toBe('Typed before the reservation');
    expect(await field(page, 'Entry code').inputValue()).toBe('DOOR-9');
  });

  it('shows both texts when the listing was changed in another window, and saves the one that the seller keeps', async () => {
    const seller = await fixture.newUser();
    const ticket = await seller.listTicket({ title: 'Two windows', price: 20, currency: 'eur' });
    const session = await fixture.openSession({ as: seller, blocksStreams: true });
    const { page } = session;
    session.allowConsole(/net::ERR_FAILED.*stream|409.*\/api\/tickets/);
    await session.goto(`/sell/${ticket.id}`);
    await seller.send('PUT', `/api/tickets/${ticket.id}`, { title: ticket.title, price: 22 });
    await field(page, 'Price the buyer pays').fill('21');
    await button(page, 'Save changes').click();

    await heading(page, 'This listing was changed somewhere else').waitFor();
    expect(await field(page, 'Price the buyer pays').inputValue()).toBe('21');
    const price = async () => (await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.price;
    expect(await price()).toBe(22);

    const note = page.getByRole('alert').filter({ hasText: 'Saved price' });
    await note.getByText('22').waitFor();
    await note.getByText('21').waitFor();
    await button(page, 'Save changes').click();
    await session.waitForPath(new RegExp(`^/tickets/${ticket.id}$`));
    expect(await price()).toBe(21);
  });

  it('shows an edited listing as another window saves it, without the field in which something is typed', async () => {
    const seller = await fixture.newUser();
    const ticket = await seller.listTicket({ title: 'Open windows', price: 20, currency: 'eur' });
    const session = await fixture.openSession({ as: seller });
    const { page } = session;
    await session.goto(`/sell/${ticket.id}`);
    await field(page, 'Note to buyers').fill('Only typed');
    await seller.send('PUT', `/api/tickets/${ticket.id}`, { title: 'Closed windows', price: 22 });

    await pollUntil(
      () => field(page, 'Price the buyer pays').inputValue(),
      (text) => text === '22',
    );
    expect(await field(page, 'Title').inputValue()).toBe('Closed windows');
    expect(await field(page, 'Note to buyers').inputValue()).toBe('Only typed');
  });

  it('lists a withdrawn listing again from its texts, not from an old draft, and discards a draft', async () => {
    const seller = await fixture.newUser();
    const ticket = await seller.listTicket({ title: 'Second evening', price: 20, currency: 'eur' });
    await seller.send('DELETE', `/api/tickets/${ticket.id}`);
    const session = await fixture.openSession({ as: seller });
    const { page } = session;
    await session.goto('/sell/new');
    await field(page, 'Title').fill('An old draft');
    await session.goto('/sell/new');
    await heading(page, 'Your draft').waitFor();
    expect(await field(page, 'Title').inputValue()).toBe('An old draft');

    await session.goto(`/sell/new?like=${ticket.id}`);
    expect(await field(page, 'Title').inputValue()).toBe(ticket.title);
    await session.goto('/sell/new');
    await button(page, 'Discard draft').click();
    await heading(page, 'Your draft').waitFor({ state: 'hidden' });
    expect(await field(page, 'Title').inputValue()).toBe('');
  });

  it('undoes withdrawing a listing, then withdraws it', async () => {
    const seller = await fixture.newUser();
    const ticket = await seller.listTicket({ title: 'Quiet matinee', price: 20, currency: 'eur' });
    const session = await fixture.openSession({ as: seller });
    const { page } = session;
    const status = async () => (await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status;
    await session.goto('/sell');
    await row(page, ticket.title)
      .getByRole('button', { name: /^Withdraw/ })
      .click();
    await button(page, `Undo withdrawing ${ticket.title}`).click();
    await row(page, ticket.title)
      .getByRole('button', { name: /^Withdraw/ })
      .click();
    await button(page, `Undo withdrawing ${ticket.title}`).waitFor();
    expect(await status()).toBe('available');

    await row(page, ticket.title).getByText('Withdrawn').waitFor();
    expect(await status()).toBe('withdrawn');
    await row(page, ticket.title)
      .getByRole('link', { name: `List ${ticket.title} again` })
      .click();
    await session.waitForPath(/^\/sell\/new/);
    expect(await field(page, 'Title').inputValue()).toBe(ticket.title);
  });

  it('refunds a sold ticket, which shows on the pages of seller and buyer and in the number of sales', async () => {
    const [seller, buyer] = await Promise.all([fixture.newUser(), fixture.newUser()]);
    const ticket = await seller.listTicket({ title: 'Rained off', price: 20, currency: 'eur' });
    const order = await buyer.reserve(ticket.id);
    await buyer.pay(order.id);
    await buyer.waitForOrder(order.id, (now) => now.status === 'complete');
    await pollUntil(
      async () => (await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status,
      (status) => status === 'sold',
    );
    const [sales, bought] = await Promise.all([
      fixture.openSession({ as: seller }),
      fixture.openSession({ as: buyer }),
    ]);
    await bought.goto(`/tickets/${ticket.id}`);
    await bought.page.getByText(/^On Encore since \w+ 20\d\d/).waitFor();
    await bought.page.getByText('1 ticket sold', { exact: true }).waitFor();
    await bought.goto(`/orders/${order.id}`);
    await sales.goto('/sell/sales');
    await button(sales.page, `Refund ${ticket.title}`).click();
    await sales.page.getByRole('dialog').getByRole('button', { name: 'Refund €20.00' }).click();

    await sales.page.getByText('The refund is on its way.').first().waitFor();
    await heading(bought.page, 'Refunded').waitFor();
    await row(sales.page, ticket.title).getByRole('cell').getByText('Refunded', { exact: true }).waitFor();
    await row(sales.page, ticket.title).getByRole('cell').getByText('€20.00', { exact: true }).waitFor();
    await pollUntil(
      async () => {
        await bought.goto(`/tickets/${ticket.id}`);
        return bought.page.getByText('No sales yet', { exact: true }).count();
      },
      (count) => count === 1,
    );
  });

  it('changes the password and ends every other session', async () => {
    const user = await fixture.newUser();
    const elsewhere = await fixture.openSession({ as: user });
    const session = await fixture.openSession({ as: user });
    const { page } = session;
    session.allowConsole(/400.*\/api\/users\/password/);
    await session.goto('/account');
    await field(page, 'Current password').fill('not this one');
    await field(page, 'New password').fill('a longer new one');
    await button(page, 'Change password').click();
    await field(page, 'Current password').and(page.locator(':focus')).waitFor();
    expect(await field(page, 'New password').inputValue()).toBe('a longer new one');

    await field(page, 'Current password').fill(user.password);
    await button(page, 'Change password').click();
    await heading(page, 'Your password has been changed. You’ve been signed out everywhere else.').waitFor();
    await pollUntil(
      async () => {
        await elsewhere.goto('/account');
        return new URL(elsewhere.page.url()).pathname;
      },
      (path) => path === '/auth/signin',
    );
    await session.goto('/account');
    await heading(page, 'Account').waitFor();
  });

  it('signs out of every session', async () => {
    const user = await fixture.newUser();
    const elsewhere = await fixture.openSession({ as: user });
    const session = await fixture.openSession({ as: user });
    await session.goto('/account');
    await button(session.page, 'Sign out everywhere').click();
    await session.waitForPath(/^\/auth\/signin/);

    await pollUntil(
      async () => {
        await elsewhere.goto('/account');
        return new URL(elsewhere.page.url()).pathname;
      },
      (path) => path === '/auth/signin',
    );
  });

  it('signs out from the menu', async () => {
    const session = await fixture.openSession({ as: await fixture.newUser() });
    const { page } = session;
    await session.goto('/tickets');
    await button(page, 'Menu and account').click();
    await button(page, 'Sign out').click();
    await session.waitForPath(/^\/$/);
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    await session.goto('/orders');
    expect(page.url()).toBe(`${fixture.shop.url}/auth/signin?next=%2Forders`);
  });

  it('signs out without an error message when an earlier request is answered after it', async () => {
    const session = await fixture.openSession({ as: await fixture.newUser() });
    const { page } = session;
    const bar = '**/api/orders?status=created';
    const requested = page.waitForRequest(bar);
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(bar, (route) => released.then(() => route.continue()));
    await page.route('**/api/users/signout', async (route) => {
      const response = await route.fetch();
      const late = await requested;
      release();
      await late.response();
      await route.fulfill({ response });
    });
    await session.goto('/tickets');
    await requested;

    await button(page, 'Menu and account').click();
    await button(page, 'Sign out').click();

    await session.waitForPath(/^\/$/);
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  });

  it('shows one message for an unknown address and a wrong password, and keeps the typed address', async () => {
    const user = await fixture.newUser();
    const { page, goto, waitForPath, allowConsole } = await fixture.openSession();
    allowConsole(/400.*\/api\/users\/signin/);
    await goto('/auth/signin?next=https%3A%2F%2Fexample.org%2F');
    const messages: string[] = [];
    for (const email of ['unknown@example.com', user.email]) {
      await field(page, 'Email').fill(email);
      await field(page, 'Password').fill('wrong horse battery');
      await button(page, 'Sign in').click();
      const note = page.getByRole('alert').and(page.locator(':focus'));
      await note.waitFor();
      messages.push(await note.getByRole('heading').innerText());
      expect(await field(page, 'Email').inputValue()).toBe(email);
    }
    expect(messages[1]).toBe(messages[0]);
    await field(page, 'Password').fill(user.password);
    await button(page, 'Sign in').click();
    await waitForPath(/^\/$/);
    expect(page.url()).toBe(`${fixture.shop.url}/`);
  });
});
