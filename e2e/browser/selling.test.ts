import type { Page } from 'playwright-core';
import type { Ticket } from '../shop/visitor.ts';
import { eventually, inBrowser, useStage } from './stage.ts';
import type { Seat } from './stage.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const row = (page: Page, title: string) => page.getByRole('row').filter({ hasText: title });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

inBrowser('selling, and the account, in the browser', () => {
  const stage = useStage();

  /** Runs `change` and tells whether the page is still the very same document after it. */
  async function withoutReload({ page }: Seat, change: () => Promise<void>): Promise<boolean> {
    await page.evaluate(() => void Object.assign(globalThis, { isMarked: true }));
    await change();
    return page.evaluate(() => 'isMarked' in globalThis);
  }

  it('shows the seller a sale as it happens, without a reload', async () => {
    const [seller, buyer] = await Promise.all([stage.person(), stage.person()]);
    const ticket = await seller.sells({ title: 'Blue hour trio', price: 31, currency: 'eur' });
    const seat = await stage.opens({ as: seller });
    const { page } = seat;
    await seat.goes('/sell');
    await row(page, ticket.title).getByText('For sale').waitFor();

    const isSamePage = await withoutReload(seat, async () => {
      const order = await buyer.reserves(ticket.id);
      await row(page, ticket.title).getByText('Reserved', { exact: true }).waitFor();
      await heading(page, `A buyer is paying for “${ticket.title}”`).waitFor();
      await buyer.pays(order.id);
      await page.getByText(`Sold: ${ticket.title}, €31.00`).waitFor();
      await row(page, ticket.title).getByText('Sold', { exact: true }).waitFor();
    });

    expect(isSamePage).toBe(true);
    await page.getByText('of 1 ticket listed').waitFor();
    await row(page, ticket.title).getByRole('link', { name: 'See the sale' }).click();
    await seat.arrives(/^\/sell\/sales$/);
    await row(page, ticket.title).getByRole('cell', { name: '€31.00', exact: true }).waitFor();
  });

  it('lists a ticket, and says beside the fields what is wrong first', async () => {
    const seat = await stage.opens({ as: await stage.person() });
    const { page } = seat;
    await seat.goes('/sell/new');
    await field(page, 'Seat').fill('Balcony 4');
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
    await page.getByText('You receive').waitFor();
    await button(page, 'List the ticket').click();
    await seat.arrives(/^\/tickets\/[0-9a-f]{24}$/);
    await heading(page, 'Songs at the pier').waitFor();
    const guest = await stage.opens();
    await guest.goes(new URL(page.url()).pathname);
    await guest.page.getByText('€12.50').first().waitFor();
    await button(guest.page, 'Reserve').waitFor();
  });

  it('shows a refusal of the service beside its field', async () => {
    const seat = await stage.opens({ as: await stage.person() });
    const { page } = seat;
    seat.expects(/400.*\/api\/tickets/);
    await seat.goes('/sell/new');
    await field(page, 'Title').fill('Songs of yesterday');
    await field(page, 'Price the buyer pays').fill('12');
    await field(page, 'Starts').fill('2020-01-01T20:00');
    await button(page, 'List the ticket').click();

    await field(page, 'Starts').and(page.locator(':focus')).waitFor();
    const described = await field(page, 'Starts').getAttribute('aria-describedby');
    expect(await page.locator(`#${described?.split(' ').at(-1)}`).innerText()).toMatch(/future/);
    expect(await field(page, 'Title').inputValue()).toBe('Songs of yesterday');
  });

  it('edits a listing, locked while a buyer has it reserved', async () => {
    const [seller, buyer] = await Promise.all([stage.person(), stage.person()]);
    const ticket = await seller.sells({ title: 'Night tram choir', price: 20, currency: 'eur' });
    const seat = await stage.opens({ as: seller });
    const { page } = seat;
    await seat.goes(`/sell/${ticket.id}`);
    await field(page, 'Price the buyer pays').fill('18.50');
    await button(page, 'Save changes').click();
    await seat.arrives(new RegExp(`^/tickets/${ticket.id}$`));
    await page.getByText('€18.50').first().waitFor();

    await seat.goes(`/sell/${ticket.id}`);
    const isSamePage = await withoutReload(seat, async () => {
      const order = await buyer.reserves(ticket.id);
      await heading(page, 'A buyer is paying for this one').waitFor();
      await button(page, 'Save changes').waitFor({ state: 'hidden' });
      await buyer.send('DELETE', `/api/orders/${order.id}`);
      await button(page, 'Save changes').waitFor();
    });
    expect(isSamePage).toBe(true);
  });

  it('tells a seller who edits what was changed elsewhere', async () => {
    const seller = await stage.person();
    const ticket = await seller.sells({ title: 'Two windows', price: 20, currency: 'eur' });
    const seat = await stage.opens({ as: seller, isCutOff: true });
    const { page } = seat;
    seat.expects(/net::ERR_FAILED.*stream|409.*\/api\/tickets/);
    await seat.goes(`/sell/${ticket.id}`);
    await seller.send('PUT', `/api/tickets/${ticket.id}`, { title: ticket.title, price: 22 });
    await field(page, 'Price the buyer pays').fill('21');
    await button(page, 'Save changes').click();

    await heading(page, 'This listing was changed somewhere else').waitFor();
    expect(await field(page, 'Price the buyer pays').inputValue()).toBe('21');
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.price).toBe(22);
  });

  it('withdraws a listing, and takes it back first', async () => {
    const seller = await stage.person();
    const ticket = await seller.sells({ title: 'Quiet matinee', price: 20, currency: 'eur' });
    const seat = await stage.opens({ as: seller });
    const { page } = seat;
    const status = async () => (await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status;
    await seat.goes('/sell');
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
    await seat.arrives(/^\/sell\/new/);
    expect(await field(page, 'Title').inputValue()).toBe(ticket.title);
  });

  it('gives a buyer the money back', async () => {
    const [seller, buyer] = await Promise.all([stage.person(), stage.person()]);
    const ticket = await seller.sells({ title: 'Rained off', price: 20, currency: 'eur' });
    const order = await buyer.reserves(ticket.id);
    await buyer.pays(order.id);
    await buyer.sees(order.id, (now) => now.status === 'complete');
    await eventually(
      async () => (await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status,
      (status) => status === 'sold',
    );
    const [sales, bought] = await Promise.all([stage.opens({ as: seller }), stage.opens({ as: buyer })]);
    await bought.goes(`/orders/${order.id}`);
    await sales.goes('/sell/sales');
    await button(sales.page, `Refund ${ticket.title}`).click();
    await sales.page.getByRole('dialog').getByRole('button', { name: 'Refund €20.00' }).click();

    await sales.page.getByText('The refund is on its way.').first().waitFor();
    await heading(bought.page, 'Refunded').waitFor();
  });

  it('changes the password and ends every other session', async () => {
    const person = await stage.person();
    const elsewhere = await stage.opens({ as: person });
    const seat = await stage.opens({ as: person });
    const { page } = seat;
    seat.expects(/400.*\/api\/users\/password/);
    await seat.goes('/account');
    await field(page, 'Current password').fill('not this one');
    await field(page, 'New password').fill('a longer new one');
    await button(page, 'Change password').click();
    await field(page, 'Current password').and(page.locator(':focus')).waitFor();
    expect(await field(page, 'New password').inputValue()).toBe('a longer new one');

    await field(page, 'Current password').fill(person.password);
    await button(page, 'Change password').click();
    await heading(page, 'Your password has been changed. You’ve been signed out everywhere else.').waitFor();
    await eventually(
      async () => {
        await elsewhere.goes('/account');
        return new URL(elsewhere.page.url()).pathname;
      },
      (path) => path === '/auth/signin',
    );
    await seat.goes('/account');
    await heading(page, 'Account').waitFor();
  });

  it('signs out everywhere', async () => {
    const person = await stage.person();
    const elsewhere = await stage.opens({ as: person });
    const seat = await stage.opens({ as: person });
    await seat.goes('/account');
    await button(seat.page, 'Sign out everywhere').click();
    await seat.arrives(/^\/auth\/signin/);

    await eventually(
      async () => {
        await elsewhere.goes('/account');
        return new URL(elsewhere.page.url()).pathname;
      },
      (path) => path === '/auth/signin',
    );
  });

  it('signs out from the menu', async () => {
    const seat = await stage.opens({ as: await stage.person() });
    const { page } = seat;
    await seat.goes('/tickets');
    await button(page, 'Menu and account').click();
    await button(page, 'Sign out').click();
    await seat.arrives(/^\/$/);
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    await seat.goes('/orders');
    expect(page.url()).toBe(`${stage.shop.url}/auth/signin?next=%2Forders`);
  });

  it('signs out without a word about the reading that comes too late', async () => {
    const seat = await stage.opens({ as: await stage.person() });
    const { page } = seat;
    const bar = '**/api/orders?status=created';
    const asked = page.waitForRequest(bar);
    let letGo = () => undefined as void;
    const isOver = new Promise<void>((resolve) => (letGo = resolve));
    await page.route(bar, (route) => isOver.then(() => route.continue()));
    await page.route('**/api/users/signout', async (route) => {
      const response = await route.fetch();
      const read = await asked;
      letGo();
      await read.response();
      await route.fulfill({ response });
    });
    await seat.goes('/tickets');
    await asked;

    await button(page, 'Menu and account').click();
    await button(page, 'Sign out').click();

    await seat.arrives(/^\/$/);
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  });

  it('says the same of an unknown address and of a wrong password, and loses nothing typed', async () => {
    const person = await stage.person();
    const { page, goes, arrives, expects } = await stage.opens();
    expects(/400.*\/api\/users\/signin/);
    await goes('/auth/signin?next=https%3A%2F%2Fexample.org%2F');
    const said: string[] = [];
    for (const email of ['nobody@example.com', person.email]) {
      await field(page, 'Email').fill(email);
      await field(page, 'Password').fill('wrong horse battery');
      await button(page, 'Sign in').click();
      const note = page.getByRole('alert').and(page.locator(':focus'));
      await note.waitFor();
      said.push(await note.getByRole('heading').innerText());
      expect(await field(page, 'Email').inputValue()).toBe(email);
    }
    expect(said[1]).toBe(said[0]);
    await field(page, 'Password').fill(person.password);
    await button(page, 'Sign in').click();
    await arrives(/^\/$/);
    expect(page.url()).toBe(`${stage.shop.url}/`);
  });
});
