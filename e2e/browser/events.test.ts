import type { Page } from 'playwright-core';
import { describeInBrowser, desktop, useBrowserFixture } from './browser-fixture.ts';
import { screens } from './screens.ts';

const fixture = useBrowserFixture();
/** Before everything else in the list of events, which is in the order of their dates. */
const tomorrow = () => new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
const rows = (page: Page) => page.getByRole('list', { name: 'Tickets' }).getByRole('listitem');
const prices = (page: Page) => rows(page).locator('b').allTextContents();

describeInBrowser('the page of an event in the browser', () => {
  it.each(screens)(
    'lists its tickets with their prices, cheapest first, shows new ones, and reserves one: %j',
    async (viewport) => {
      const event = { title: `Parsifal ${viewport.width}`, category: 'classical', startsAt: tomorrow() };
      const [dear] = [await fixture.listTicket({ ...event, price: 90 })];
      await fixture.listTicket({ ...event, price: 36, seat: `Parterre 4, seat ${viewport.width}` });
      const buyer = await fixture.newUser();
      const { page, goto, waitForPath } = await fixture.openSession({ as: buyer, viewport });

      await goto(`/tickets/${dear.id}`);
      await page.getByRole('link', { name: 'All tickets for this event' }).click();
      await waitForPath(/^\/events\/parsifal-\d+-\d{4}-\d\d-\d\d-[0-9a-f]{10}$/);
      await page.getByRole('heading', { level: 2, name: '2 tickets, €36.00 to €90.00' }).waitFor();
      expect(await prices(page)).toEqual(['€36.00', '€90.00']);
      await rows(page).first().getByText('28% under face').waitFor();

      await fixture.listTicket({ ...event, price: 20 });
      await page.getByRole('heading', { level: 2, name: '3 tickets, €20.00 to €90.00' }).waitFor();
      expect(await prices(page)).toEqual(['€20.00', '€36.00', '€90.00']);

      await rows(page)
        .nth(1)
        .getByRole('button', { name: `Reserve Parterre 4, seat ${viewport.width}` })
        .click();
      await waitForPath(/^\/checkout\//);
      await page.getByText(`Parterre 4, seat ${viewport.width}`).first().waitFor();
    },
  );

  it('shows what is for sale without scripts, and says when that is nothing', async () => {
    const ticket = await fixture.listTicket({ title: 'Lohengrin', seat: 'Box 3' });
    const { page, goto } = await fixture.openSession({ hasScripts: false });
    await goto(`/events/${ticket.eventId}`);
    await page.getByRole('link', { name: 'Box 3' }).waitFor();

    const buyer = await fixture.newUser();
    await buyer.reserve(ticket.id);
    await goto(`/events/${ticket.eventId}`);
    await page.getByRole('heading', { name: 'No tickets for sale right now' }).waitFor();
  });
});

describeInBrowser('browsing by event', () => {
  const card = (page: Page, title: string) =>
    page
      .getByRole('list', { name: 'Events' })
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: title, exact: true }) });

  it.each(screens)(
    'shows each event once with what its tickets cost, follows their sales, and switches to tickets: %j',
    async (viewport) => {
      const event = { title: `Otello ${viewport.width}`, startsAt: tomorrow() };
      await fixture.listTicket({ ...event, price: 90, seat: `Box 1, row ${viewport.width}` });
      const cheap = await fixture.listTicket({ ...event, price: 36, seat: `Box 2, row ${viewport.width}` });
      const { page, goto, waitForPath } = await fixture.openSession({ viewport });

      for (const path of ['/', '/tickets']) {
        await goto(path);
        await card(page, event.title).getByText('2 tickets').waitFor();
        expect(await card(page, event.title).getByText('from €36.00').count()).toBe(1);
      }

      const buyer = await fixture.newUser();
      const order = await buyer.reserve(cheap.id);
      await card(page, event.title).getByText('1 ticket', { exact: false }).waitFor();
      await card(page, event.title).getByText('€90.00').waitFor();
      await buyer.send('DELETE', `/api/orders/${order.id}`);
      await card(page, event.title).getByText('2 tickets').waitFor();

      const later = `Later than ${event.title}`;
      await fixture.listTicket({ title: later, startsAt: tomorrow() });
      await page.getByRole('button', { name: /^Show \d+ new events?$/ }).click();
      await card(page, later).waitFor();

      await page.getByRole('navigation', { name: 'List' }).getByRole('link', { name: 'Tickets' }).click();
      await waitForPath(/^\/tickets\?view=tickets$/);
      await page.getByRole('list', { name: 'Listings' }).getByText('Box 2').first().waitFor();
      await page.getByRole('navigation', { name: 'List' }).getByRole('link', { name: 'Events' }).click();
      await waitForPath(/^\/tickets$/);
    },
  );

  it('says how a search was understood, and shows what is close when nothing is found', async () => {
    const title = `Pagliacci ${Date.now()}`;
    await fixture.listTicket({ title, city: 'Linz', startsAt: tomorrow() });
    const { page, goto, waitForPath } = await fixture.openSession();
    await goto('/tickets?q=Pagliaci');
    await card(page, title).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Pagliacci', exact: true }).click();
    await waitForPath(/^\/tickets\?q=Pagliacci$/);
    expect(await page.getByText('Did you mean').count()).toBe(0);

    await goto('/tickets?q=Pagliacci&city=Bregenz');
    await page.getByRole('heading', { name: 'No tickets match “Pagliacci” in Bregenz' }).waitFor();
    await page.getByRole('list', { name: '“Pagliacci” elsewhere' }).getByText(title).first().waitFor();
  });

  it('compares prices within one currency', async () => {
    const [title, city] = [`Two currencies ${Date.now()}`, 'Villach'];
    await fixture.listTicket({ title: `${title} eur`, city, price: 30 });
    await fixture.listTicket({ title: `${title} eur`, city, price: 30, seat: 'Box 9' });
    await fixture.listTicket({ title: `${title} jpy`, city, price: 50, currency: 'jpy', faceValue: 50 });
    const { page, goto, waitForPath } = await fixture.openSession({ viewport: desktop });
    await goto(`/tickets?city=${city}`);
    expect(await page.getByLabel('Currency').inputValue()).toBe('eur');
    await page.getByLabel('Price up to').fill('50');
    await page.getByRole('button', { name: 'Apply' }).click();
    await waitForPath(/max=50/);
    await card(page, `${title} eur`).waitFor();
    expect(await card(page, `${title} jpy`).count()).toBe(0);
    await page.getByRole('link', { name: 'Remove the filter price up to 50 EUR' }).click();
    await card(page, `${title} jpy`).waitFor();

    await goto(`/tickets?city=${city}&sort=price&currency=jpy`);
    await page.getByText('Prices in JPY only').waitFor();
    expect(await page.getByRole('list', { name: 'Listings' }).getByRole('listitem').count()).toBe(1);
  });
});

describeInBrowser('suggestions in the search field', () => {
  it.each(screens)('lead with the keyboard or a press to events, venues and cities: %j', async (viewport) => {
    const title = `Suggestible ${viewport.width}`;
    await fixture.listTicket({ title, venue: 'Brucknerhaus', city: 'Steyr', startsAt: tomorrow() });
    // The notice of tickets that other files list meanwhile would move the first one.
    const session = await fixture.openSession({ viewport, blocksStreams: true });
    const { page, goto, waitForPath, allowConsole } = session;
    allowConsole(/net::ERR_FAILED.*stream/);
    await goto('/tickets');
    const field = page.getByLabel('Event, artist or team');
    const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
    const before = await page.locator('.tix').first().boundingBox();

    await field.pressSequentially(title.slice(0, 9));
    await options.filter({ hasText: title }).first().waitFor();
    expect(await page.locator('.tix').first().boundingBox()).toEqual(before);
    expect(await field.getAttribute('aria-expanded')).toBe('true');
    await field.press('Escape');
    await options.first().waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe(title.slice(0, 9));

    await field.fill('Steyr');
    await options.filter({ hasText: 'Steyr' }).last().click();
    await waitForPath(/city=Steyr/);
    expect(new URL(page.url()).searchParams.get('q')).toBe('');

    await field.fill('Brucknerh');
    await options
      .filter({ hasText: /^Brucknerhaus/ })
      .first()
      .waitFor();
    await field.press('ArrowUp');
    const active = page.locator('[role=option][aria-selected=true]');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
    await field.press('Enter');
    await waitForPath(/q=Brucknerhaus/);

    await field.fill(title);
    await options.filter({ hasText: title }).first().waitFor();
    await field.press('ArrowDown');
    await field.press('Enter');
    await waitForPath(/^\/events\/suggestible-/);
  });
});

describeInBrowser('what other programs get of an event', () => {
  it('is structured data, an image for links and an entry of the sitemap', async () => {
    const { shop } = fixture;
    const ticket = await fixture.listTicket({ title: 'Rusalka </script>', startsAt: tomorrow() });
    const { page, goto } = await fixture.openSession();
    await goto(`/tickets/${ticket.id}`);
    const dataOf = async () =>
      JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '') as object;
    expect(await dataOf()).toMatchObject({
      '@type': 'Event',
      name: 'Rusalka </script>',
      offers: [{ price: 42.5, availability: 'https://schema.org/InStock' }],
    });
    await page.getByRole('link', { name: 'All tickets for this event' }).click();
    await page.waitForURL('**/events/*');
    await goto(new URL(page.url()).pathname);
    expect(await dataOf()).toMatchObject({ offers: [{ '@type': 'AggregateOffer', offerCount: 1 }] });

    const image = await page.locator('meta[property="og:image"]').getAttribute('content');
    const picture = await fetch(shop.url + new URL(image ?? '').pathname);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(await page.locator('link[rel=canonical]').getAttribute('href')).toContain(
      '/events/rusalka-script-',
    );

    const index = await (await fetch(`${shop.url}/sitemap.xml`)).text();
    const parts = [...index.matchAll(/<loc>([^<]+)<\/loc>/g)].map(
      ([, address]) => new URL(address ?? '').pathname,
    );
    expect(parts).toEqual([
      '/sitemaps/pages',
      '/sitemaps/events-all',
      '/de/sitemaps/pages',
      '/de/sitemaps/events-all',
    ]);
    const read = async (path: string) => (await fetch(shop.url + path)).text();
    expect(await read('/sitemaps/pages')).toMatch(/<loc>http:\/\/[^/]+\/fees</);
    expect(await read('/de/sitemaps/pages')).toMatch(/<loc>http:\/\/[^/]+\/de\/fees</);
    expect(await read('/sitemaps/events-all')).toMatch(/<loc>http:\/\/[^/]+\/events\/rusalka-script-/);
    expect(await read('/de/sitemaps/events-all')).toMatch(/<loc>http:\/\/[^/]+\/de\/events\/rusalka-script-/);
    const manifest = (await (await fetch(`${shop.url}/manifest.webmanifest`)).json()) as {
      icons: { src: string }[];
    };
    for (const { src } of manifest.icons)
      expect([src, (await fetch(shop.url + src)).status]).toEqual([src, 200]);
  });

  it('is a calendar file for the buyer only, once it is paid', async () => {
    const [ticket, buyer] = [await fixture.listTicket({ title: 'Jenufa' }), await fixture.newUser()];
    const order = await buyer.reserve(ticket.id);
    const { page, goto, context } = await fixture.openSession({ as: buyer });
    const file = `/orders/${order.id}/calendar.ics`;
    expect((await context.request.get(file)).status()).toBe(404);
    await buyer.pay(order.id);
    await buyer.waitForOrder(order.id, ({ status }) => status === 'complete');
    await goto(`/orders/${order.id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Add to calendar' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('ticket.ics');
    const answer = await context.request.get(file);
    expect(await answer.text()).toContain('SUMMARY:Jenufa\r\n');
    const other = await fixture.openSession({ as: await fixture.newUser() });
    expect((await other.context.request.get(file)).ok()).toBe(false);
  });
});

describeInBrowser('the form for a listing', () => {
  it.each(screens)(
    'suggests an event of the shop and fills in what its tickets share: %j',
    async (viewport) => {
      const title = `Nabucco ${viewport.width}`;
      const startsAt = new Date(tomorrow()).toISOString();
      await fixture.listTicket({ title, venue: 'Felsenreitschule', city: 'Salzburg', startsAt });
      const { page, goto, waitForPath } = await fixture.openSession({
        as: await fixture.newUser(),
        viewport,
      });
      await goto('/sell/new');
      const field = (name: string) => page.getByLabel(name, { exact: true });
      await field('Title').and(page.locator('[role=combobox]')).pressSequentially('Nabuc');
      await page.getByRole('option').filter({ hasText: title }).click();
      await page.waitForFunction(() => {
        const { document } = globalThis as unknown as {
          document: { querySelector: (s: string) => { value: string } };
        };
        return document.querySelector('#startsAt').value !== '';
      });
      expect([await field('Venue').inputValue(), await field('Time zone').inputValue()]).toEqual([
        'Felsenreitschule',
        'Europe/Vienna',
      ]);
      await field('Price the buyer pays').fill('20');
      await page.getByRole('button', { name: 'List the ticket' }).click();
      await waitForPath(/notice=listed/);
      await page.getByRole('link', { name: 'All tickets for this event' }).click();
      await page.getByRole('heading', { level: 2, name: /^2 tickets/ }).waitFor();
    },
  );
});
