import type { Page } from 'playwright-core';
import { describeInBrowser, phone, useBrowserFixture } from './browser-fixture.ts';
import { startPartsProxy } from './parts-proxy.ts';

const fixture = useBrowserFixture();
const onPhone = { viewport: phone };

describeInBrowser('on a phone', () => {
  it('the first ticket is at most 420 px from the top of the home page and of the list', async () => {
    await fixture.listTicket({ title: 'Above the fold' });
    // The notice of tickets that other files list meanwhile is above the first one.
    const { page, goto, allowConsole } = await fixture.openSession({ ...onPhone, blocksStreams: true });
    allowConsole(/net::ERR_FAILED.*stream/);
    for (const path of ['/', '/tickets', '/tickets?q=Above', '/tickets?view=tickets']) {
      await goto(path);
      const box = await page.getByRole('main').locator('.tix').first().boundingBox();
      expect([path, (box?.y ?? Infinity) <= 420]).toEqual([path, true]);
    }
  });

  it('filters wait behind a button, apply with the search, and go one by one', async () => {
    const ticket = await fixture.listTicket({ title: `Filtered ${Date.now()}`, city: 'Graz' });
    const { page, goto, waitForPath } = await fixture.openSession(onPhone);
    await goto('/tickets');
    const city = page.getByLabel('City');
    expect(await city.isVisible()).toBe(false);
    await page.getByLabel('Event, artist or team').fill(ticket.title);
    await page.getByRole('button', { name: 'Filters' }).click();
    await city.fill('Graz');
    await page.getByRole('button', { name: 'Apply' }).click();
    await waitForPath(/city=Graz/);
    await page.getByRole('link', { name: ticket.title, exact: true }).waitFor();
    await page.getByRole('link', { name: 'Remove the filter in Graz' }).click();
    await waitForPath(/^\/tickets\?q=Filtered\+\d+$/);
  });

  it('an order of the list applies as soon as it is chosen', async () => {
    const { page, goto, waitForPath } = await fixture.openSession(onPhone);
    await goto('/tickets');
    await page.getByRole('navigation', { name: 'List' }).getByRole('link', { name: 'Tickets' }).click();
    await waitForPath(/^\/tickets\?view=tickets$/);
    await page.getByLabel('Sort by').selectOption({ label: 'Price, high to low' });
    await waitForPath(/sort=-price/);
  });

  it('the bar at the bottom leads to the sections and marks the current one', async () => {
    const { page, goto, waitForPath } = await fixture.openSession({
      ...onPhone,
      as: await fixture.newUser(),
    });
    await goto('/');
    const bar = page.getByRole('navigation', { name: 'Sections' });
    for (const [name, path] of [
      ['Sell', /^\/sell$/],
      ['Orders', /^\/orders$/],
      ['Account', /^\/account$/],
      ['Browse', /^\/tickets$/],
    ] as const) {
      await bar.getByRole('link', { name }).click();
      await waitForPath(path);
      await bar.getByRole('link', { name }).and(page.locator('[aria-current=page]')).waitFor();
    }
  });

  it('the checkout names the ticket and its price in one line above the payment form', async () => {
    const [ticket, buyer] = [await fixture.listTicket(), await fixture.newUser()];
    const order = await buyer.reserve(ticket.id);
    const { page, goto } = await fixture.openSession({ ...onPhone, as: buyer });
    await goto(`/checkout/${order.id}`);
    const line = page.getByRole('main').getByText(`${ticket.title}€42.50`);
    const { y = 0, height = Infinity } = (await line.boundingBox()) ?? {};
    const form = await page.getByRole('form', { name: 'Payment' }).boundingBox();
    expect(y + height).toBeLessThan(form?.y ?? 0);
    expect(height).toBeLessThan(50);
  });

  it('a ticket has one button to reserve it, which stays in view', async () => {
    const ticket = await fixture.listTicket();
    for (const width of [390, 1280]) {
      const { page, goto } = await fixture.openSession({ viewport: { width, height: 844 } });
      await goto(`/tickets/${ticket.id}`);
      const reserve = page.getByRole('button', { name: 'Reserve' });
      expect([width, await reserve.count()]).toEqual([width, 1]);
      const { y = Infinity, height = 0 } = (await reserve.boundingBox()) ?? {};
      expect([width, y + height <= 844]).toEqual([width, true]);
    }
  });

  it.each(['/auth/signout', '/fees', '/offline'])('nothing moves while %s arrives in parts', async (path) => {
    const { page, allowConsole } = await fixture.openSession(onPhone);
    allowConsole(/request to another origin/);
    const proxy = await startPartsProxy(fixture.shop.url);
    try {
      await page.addInitScript(recordShifts);
      await page.goto(proxy.url + path, { waitUntil: 'commit' });
      while (proxy.sendPart()) await nextFrames(page);
      await page.waitForLoadState('load');
      await nextFrames(page);
      // A hundredth of a pixel is rounding; the footer of a short page moved by 0.045.
      expect(await page.evaluate(() => (globalThis as unknown as Shifts).shifts)).toBeLessThan(0.001);
      await page.goto('about:blank'); // its late requests, such as the icon, would fail without the proxy
    } finally {
      await proxy.close();
    }
  });
});

type Shifts = { shifts: number };
type Entry = { value: number; hadRecentInput: boolean };
type Observer = new (onEntries: (list: { getEntries: () => Entry[] }) => void) => {
  observe: (options: { type: string; buffered: boolean }) => void;
};

/** Runs in the page before its scripts. */
function recordShifts() {
  const page = globalThis as unknown as Shifts & { PerformanceObserver: Observer };
  page.shifts = 0;
  new page.PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) page.shifts += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Until the page has shown what it has. */
function nextFrames(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const { requestAnimationFrame } = globalThis as unknown as {
          requestAnimationFrame: (frame: () => void) => void;
        };
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}
