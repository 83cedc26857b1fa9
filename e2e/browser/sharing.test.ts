import type { Page } from 'playwright-core';
import type { ShopClient } from '../shop/shop-client.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, pollUntil, useBrowserFixture } from './browser-fixture.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const bar = (page: Page) => page.getByRole('complementary', { name: 'Your reservation' });
const storedIn = (page: Page) =>
  page.evaluate<string>(`JSON.stringify({ ...sessionStorage, ...localStorage })`);

const TITLE = 'A private concert';
const CODE = 'PRIVATE-CODE-4711';

async function signIn({ page, goto, waitForPath }: BrowserSession, { email, password }: ShopClient) {
  await goto('/auth/signin?next=%2Faccount');
  await field(page, 'Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await button(page, 'Sign in').click();
  await waitForPath(/^\/account$/);
}

async function typeDraft(page: Page) {
  await field(page, 'Title').fill(TITLE);
  await field(page, 'Entry code').fill(CODE);
}

describeInBrowser('two people who share a browser, one after the other', () => {
  const fixture = useBrowserFixture();

  it('the second sees nothing of the first, also in another tab and with the back button', async () => {
    const reservable = await fixture.listTicket({ title: `Shared chair ${Date.now()}` });
    const heldByOther = await fixture.listTicket();
    const [first, second, other] = [
      await fixture.newUser(),
      await fixture.newUser(),
      await fixture.newUser(),
    ];
    await other.reserve(heldByOther.id);
    const session = await fixture.openSession();
    const { page, goto, context } = session;
    await signIn(session, first);
    await first.reserve(reservable.id);
    await goto(`/tickets/${heldByOther.id}`);
    await button(page, /^Notify me/).click();
    await bar(page).waitFor();
    const otherTab = await context.newPage();
    await otherTab.goto('/sell/new');
    await field(otherTab, 'Title').waitFor();
    await pollUntil(
      async () => {
        await typeDraft(otherTab);
        return storedIn(otherTab);
      },
      (stored) => stored.includes(TITLE),
    );
    await goto('/sell/new');
    await typeDraft(page);
    expect(await storedIn(page)).toContain(TITLE);
    expect(await storedIn(page)).not.toContain(CODE);

    await goto('/auth/signout');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await session.waitForPath(/^\/$/);
    await otherTab.waitForURL(/\/auth\/signin/);
    for (const tab of [page, otherTab]) {
      expect(await storedIn(tab)).not.toContain(TITLE);
      expect(await storedIn(tab)).not.toContain(heldByOther.id);
    }

    await signIn(session, second);
    for (const tab of [page, otherTab]) {
      await tab.goto('/sell/new');
      await button(tab, 'List the ticket').waitFor();
      expect(await field(tab, 'Title').inputValue()).toBe('');
    }
    await goto(`/tickets/${heldByOther.id}`);
    expect(await button(page, /^Notify me/).getAttribute('aria-pressed')).toBe('false');
    expect(await bar(page).count()).toBe(0);
    for (let step = 0; step < 6; step += 1) {
      await page.goBack();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const shown = await page.content();
      const typed = await page.evaluate<string>(
        `[...document.querySelectorAll('input, textarea')].map(({ value }) => value).join(' ')`,
      );
      for (const trace of [TITLE, CODE, first.email, reservable.title])
        expect([page.url(), trace, (shown + typed).includes(trace)]).toEqual([page.url(), trace, false]);
    }
  });

  it('the draft of the first comes back to them after their session ended by itself', async () => {
    const [first, second] = [await fixture.newUser(), await fixture.newUser()];
    const session = await fixture.openSession();
    const { page, goto, context } = session;
    session.allowConsole(/401.*\/api\/orders/); // the open page asks for its stream without a session
    await signIn(session, first);
    await goto('/sell/new');
    await typeDraft(page);
    await context.clearCookies();
    await signIn(session, first);
    await goto('/sell/new');
    await pollUntil(
      () => field(page, 'Title').inputValue(),
      (value) => value === TITLE,
    );
    expect(await field(page, 'Entry code').inputValue()).toBe('');

    await context.clearCookies();
    await signIn(session, second);
    await pollUntil(
      () => storedIn(page),
      (stored) => !stored.includes(TITLE),
    );
    await goto('/sell/new');
    expect(await field(page, 'Title').inputValue()).toBe('');
  });
});
