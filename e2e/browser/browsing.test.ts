import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildClient } from '../../infra/local/src/build.ts';
import { root } from '../../infra/local/src/system.ts';
import { describeInBrowser, useBrowserFixture } from './browser-fixture.ts';

const unknownId = 'f'.repeat(24);

describeInBrowser('browsing in the browser', () => {
  const fixture = useBrowserFixture();

  it('finds and shows a ticket without scripts', async () => {
    const ticket = await fixture.listTicket({ title: `Without scripts ${Date.now()}`, city: 'Graz' });
    const { page, goto } = await fixture.openSession({ hasScripts: false });
    await goto('/');
    await page.getByLabel('Event, artist or team').fill(ticket.title);
    await page.getByLabel('City').fill('Graz');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**/tickets?*');
    await page.getByRole('link', { name: ticket.title }).click();
    await page.waitForURL(`**/tickets/${ticket.id}`);

    await page.getByRole('heading', { level: 1, name: ticket.title }).waitFor();
    await page.getByText('€42.50').first().waitFor();
    await page.getByText('Available').first().waitFor();
    await page.locator('noscript p', { hasText: 'Reserving needs JavaScript.' }).waitFor();
  });

  it('answers unknown pages and ids with 404 and a link to the tickets', async () => {
    const { page, goto, allowConsole } = await fixture.openSession({ as: await fixture.newUser() });
    allowConsole(/404/);
    for (const path of [
      '/nowhere',
      `/tickets/${unknownId}`,
      '/tickets/no-id',
      `/orders/${unknownId}`,
      `/checkout/${unknownId}`,
      `/sell/${unknownId}`,
    ]) {
      expect([path, await goto(path)]).toEqual([path, 404]);
      await page.getByRole('heading', { level: 1, name: 'This page left after the first half.' }).waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Browse tickets' }).waitFor();
    }
  });

  it("does not show another user's order or listing", async () => {
    const [ticket, buyer, other] = await Promise.all([
      fixture.listTicket(),
      fixture.newUser(),
      fixture.newUser(),
    ]);
    const order = await buyer.reserve(ticket.id);
    const { page, goto } = await fixture.openSession({ as: other });
    for (const path of [`/orders/${order.id}`, `/checkout/${order.id}`, `/checkout/${order.id}/return`]) {
      await goto(path);
      await page.getByRole('heading', { name: 'This order is not yours' }).waitFor();
      expect(await page.getByText(ticket.title).count()).toBe(0);
    }
    await goto(`/sell/${ticket.id}`);
    await page.getByRole('heading', { name: 'This listing is not yours' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
  });

  it('redirects guests to the sign-in with the requested page in "next"', async () => {
    const { page, goto } = await fixture.openSession();
    for (const path of ['/orders', '/sell', '/sell/new', '/account', `/checkout/${unknownId}`]) {
      await goto(path);
      const url = new URL(page.url());
      expect([url.pathname, url.searchParams.get('next')]).toEqual(['/auth/signin', path]);
    }
  });
});

describe('the size of every page', () => {
  it('stays within its budget', async () => {
    await buildClient(root);

    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'client/budgets.mjs')], {
      encoding: 'utf8',
    });

    expect(`${stdout}${stderr}`.split('\n').filter((line) => /OVER|lazy chunk/.test(line))).toEqual([]);
    expect(status).toBe(0);
  }, 300_000);
});
