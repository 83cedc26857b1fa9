import type { Page } from 'playwright-core';
import { describeInBrowser, useBrowserFixture } from './browser-fixture.ts';

const fixture = useBrowserFixture();
const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];
const rows = (page: Page) => page.getByRole('list', { name: 'Tickets' }).getByRole('listitem');
const prices = (page: Page) => rows(page).locator('b').allTextContents();

describeInBrowser('the page of an event in the browser', () => {
  it.each(sizes)(
    'lists its tickets with their prices, cheapest first, shows new ones, and reserves one: %j',
    async (viewport) => {
      const event = { title: `Parsifal ${viewport.width}`, category: 'classical' };
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
