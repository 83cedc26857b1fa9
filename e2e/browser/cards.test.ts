import type { Locator, Page } from 'playwright-core';
import { describeInBrowser, useOwnShopFixture } from './browser-fixture.ts';
import { screens } from './screens.ts';

const fixture = useOwnShopFixture();

describeInBrowser('a card', () => {
  const cards = (page: Page) => page.getByRole('main').locator('.tix:has(a)');
  const linkOf = (card: Locator) => card.getByRole('link').first();

  /** Presses the middle of every card in turn. @returns the targets of the cards, and where the presses led */
  async function pressAll(page: Page, goto: (path: string) => Promise<number>, path: string, all: Locator) {
    await goto(path);
    await all.first().waitFor();
    const targets = await linkOf(all).evaluateAll((links) =>
      links.map((link) => new URL((link as unknown as { href: string }).href).pathname),
    );
    const reached: string[] = [];
    for (const [index, target] of targets.entries()) {
      const card = all.nth(index);
      await card.scrollIntoViewIfNeeded();
      const { width = 0, height = 0 } = (await card.boundingBox()) ?? {};
      await card.click({ position: { x: width / 2, y: height / 2 } });
      await page.waitForURL((address) => address.pathname === target);
      reached.push(new URL(page.url()).pathname);
      await goto(path);
    }
    return { targets, reached };
  }

  it('opens its page when its middle is pressed, on every page with cards', async () => {
    const [seller, buyer] = [fixture.seller, await fixture.newUser()];
    const [ticket, reserved] = [await fixture.listTicket(), await fixture.listTicket()];
    await fixture.listTicket({ title: 'W'.repeat(120) });
    const order = await buyer.reserve(reserved.id);
    await buyer.send('DELETE', `/api/orders/${order.id}`);
    await buyer.waitForOrder(order.id, ({ status }) => status === 'cancelled');
    const held = await fixture.listTicket();
    await buyer.reserve(held.id);
    for (const viewport of screens) {
      const [asBuyer, asSeller] = [
        await fixture.openSession({ as: buyer, viewport }),
        await fixture.openSession({ as: seller, viewport }),
      ];
      asBuyer.allowConsole(/404/);
      for (const [{ page, goto }, path] of [
        [asBuyer, '/'],
        [asBuyer, '/tickets'],
        [asBuyer, '/tickets?view=tickets'],
        [asBuyer, `/tickets/${ticket.id}`],
        [asBuyer, `/checkout/${order.id}`],
        [asBuyer, '/nowhere'],
        [asSeller, `/sell/${held.id}`],
      ] as const) {
        const { targets, reached } = await pressAll(page, goto, path, cards(page));
        expect(targets.length).toBeGreaterThan(0);
        expect({ width: viewport.width, path, reached }).toEqual({
          width: viewport.width,
          path,
          reached: targets,
        });
      }
    }
  });

  it('opens the order or the listing when the middle of its row is pressed, and keeps its buttons', async () => {
    const [seller, buyer] = [await fixture.newUser(), await fixture.newUser()];
    const listed = await seller.listTicket({ title: 'Row by row' });
    const order = await buyer.reserve((await fixture.listTicket()).id);
    for (const viewport of screens) {
      const orders = await fixture.openSession({ as: buyer, viewport });
      const rows = orders.page.getByRole('list', { name: 'Your orders' }).getByRole('listitem');
      const { reached } = await pressAll(orders.page, orders.goto, '/orders', rows);
      expect(reached).toEqual([`/orders/${order.id}`]);
      await orders.page.getByRole('link', { name: /^Pay for/ }).click();
      await orders.waitForPath(/^\/checkout\//);

      const listings = await fixture.openSession({ as: seller, viewport });
      const lines = listings.page.getByRole('row').filter({ has: listings.page.locator('td') });
      const edited = await pressAll(listings.page, listings.goto, '/sell', lines);
      expect(edited.reached).toEqual([`/sell/${listed.id}`]);
      await listings.page.getByRole('button', { name: 'Withdraw Row by row' }).waitFor();
    }
  });

  it('labels only what is not available', async () => {
    const [free, held] = [await fixture.listTicket(), await fixture.listTicket()];
    await (await fixture.newUser()).reserve(held.id);
    const { page, goto } = await fixture.openSession();
    await goto('/tickets?status=all');
    const statusOf = (title: string) =>
      cards(page)
        .filter({ has: page.getByRole('link', { name: title, exact: true }) })
        .locator('.status')
        .allTextContents();
    expect(await statusOf(held.title)).toEqual(['Reserved']);
    expect(await statusOf(free.title)).toEqual([]);
  });
});
