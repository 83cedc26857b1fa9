import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildClient } from '../../infra/local/src/build.ts';
import { root } from '../../infra/local/src/system.ts';
import { inBrowser, useStage } from './stage.ts';

const nowhere = 'f'.repeat(24);

inBrowser('browsing', () => {
  const stage = useStage();

  it('needs no scripts', async () => {
    const ticket = await stage.lists({ title: `Without scripts ${Date.now()}`, city: 'Graz' });
    const { page, goes } = await stage.opens({ hasScripts: false });
    await goes('/');
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

  it('has real status codes and a way on for what is not there', async () => {
    const { page, goes, expects } = await stage.opens({ as: await stage.person() });
    expects(/404/);
    for (const path of [
      '/nowhere',
      `/tickets/${nowhere}`,
      '/tickets/no-id',
      `/orders/${nowhere}`,
      `/checkout/${nowhere}`,
      `/sell/${nowhere}`,
    ]) {
      expect([path, await goes(path)]).toEqual([path, 404]);
      await page.getByRole('heading', { level: 1, name: 'This page left after the first half.' }).waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Browse tickets' }).waitFor();
    }
  });

  it('shows neither the order nor the listing of another', async () => {
    const [ticket, buyer, other] = await Promise.all([stage.lists(), stage.person(), stage.person()]);
    const order = await buyer.reserves(ticket.id);
    const { page, goes } = await stage.opens({ as: other });
    for (const path of [`/orders/${order.id}`, `/checkout/${order.id}`, `/checkout/${order.id}/return`]) {
      await goes(path);
      await page.getByRole('heading', { name: 'This order is not yours' }).waitFor();
      expect(await page.getByText(ticket.title).count()).toBe(0);
    }
    await goes(`/sell/${ticket.id}`);
    await page.getByRole('heading', { name: 'This listing is not yours' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
  });

  it('sends guests to the sign-in and remembers where they wanted to go', async () => {
    const { page, goes } = await stage.opens();
    for (const path of ['/orders', '/sell', '/sell/new', '/account', `/checkout/${nowhere}`]) {
      await goes(path);
      const url = new URL(page.url());
      expect([url.pathname, url.searchParams.get('next')]).toEqual(['/auth/signin', path]);
    }
  });
});

describe('the bytes of every page', () => {
  it('stay within their budgets', async () => {
    await buildClient(root);

    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'client/budgets.mjs')], {
      encoding: 'utf8',
    });

    expect(`${stdout}${stderr}`.split('\n').filter((line) => /OVER|lazy chunk/.test(line))).toEqual([]);
    expect(status).toBe(0);
  }, 300_000);
});
