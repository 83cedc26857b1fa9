import type { Page } from 'playwright-core';
import { wholeOrPart } from '../long.ts';
import type { Theme } from './accessibility.ts';
import { accessibilityViolations, isWiderThanWindow, loadAxe, themes } from './accessibility.ts';
import { type BrowserSession, describeInBrowser, useOwnShopFixture } from './browser-fixture.ts';

const widths = [390, 1280];

const pages: [who: 'guest' | 'buyer' | 'seller', path: string][] = [
  ['guest', ''],
  ['guest', '/tickets?category=classical&city=Vienna&min=1&sort=price&status=all'],
  ['guest', '/tickets?q=quartett&save=saved'],
  ['guest', '/tickets?q=late+zzzz&save=saved_search_limit'],
  ['guest', '/tickets?q=zzzz&city=Vienna'],
  ['guest', '/tickets?min=abc'],
  ['guest', '/events/:event'],
  ['guest', '/tickets/:free'],
  ['guest', '/tickets/:heldTicket'],
  ['guest', '/tickets/:paidTicket'],
  ['guest', '/auth/signin?next=%2Ftickets%2F:free&intent=reserve'],
  ['guest', '/auth/signup'],
  ['guest', '/how-it-works'],
  ['guest', '/fees'],
  ['guest', '/protection'],
  ['guest', '/accessibility'],
  ['guest', '/legal/terms'],
  ['guest', '/legal/privacy'],
  ['guest', '/legal/imprint'],
  ['guest', '/contact'],
  ['guest', '/offline'],
  ['guest', '/nothing'],
  ['guest', '/report/:free'],
  ['guest', '/report/:free?sent=1'],
  ['buyer', '/tickets/:heldTicket'],
  ['buyer', '/checkout/:held'],
  ['buyer', '/checkout/:ended'],
  ['buyer', '/orders'],
  ['buyer', '/orders/:paid'],
  ['buyer', '/orders/:held'],
  ['buyer', '/account?searches=failed'],
  ['buyer', '/auth/signout'],
  ['seller', '/sell'],
  ['seller', '/sell/new'],
  ['seller', '/sell/:free'],
  ['seller', '/sell/:heldTicket'],
  ['seller', '/sell/sales'],
];

/** Whether axe looks at a page in German, by its index. */
const isForAxe = wholeOrPart(
  'languages: axe on every third page in German instead of all',
  () => true,
  (page: number) => page % 3 === 0,
);

/** What people wrote, names, codes, numbers and the scenarios of the emulator: none of them is translated. */
const OWN_WORDS =
  'bdi, [dir=auto], time, .ref, .avatar, .num, script, style, noscript, select#timeZone, #pay-form .choice, [lang]:not(html)';

describeInBrowser('the languages', () => {
  const fixture = useOwnShopFixture({
    env: { client: { PSEUDO_LOCALE: '1', CONTACT: 'mailto:help@tickets.example', IMPRINT: 'Encore' } },
  });
  /** The ids for the placeholders in the paths below. */
  const ids: Record<string, string> = {};
  let sessions: Record<'guest' | 'buyer' | 'seller', BrowserSession>;

  beforeAll(async () => {
    const buyer = await fixture.newUser();
    await buyer.send('POST', '/api/tickets/saved/searches', {
      q: 'quartet',
      city: 'Vienna',
      max: '80',
      currency: 'eur',
    });
    const [free, held, paid, ended] = await Promise.all(
      Array.from({ length: 4 }, () => fixture.listTicket()),
    );
    const reserve = async (name: string, ticket: { id: string } | undefined) => {
      ids[name] = (await buyer.reserve(ticket?.id ?? '')).id;
      return ids[name];
    };
    ids.free = free?.id ?? '';
    ids.event = free?.eventId ?? '';
    ids.heldTicket = held?.id ?? '';
    ids.paidTicket = paid?.id ?? '';
    await buyer.pay(await reserve('paid', paid));
    await buyer.send('DELETE', `/api/orders/${await reserve('ended', ended)}`);
    await buyer.waitForOrder(ids.paid ?? '', ({ status }) => status === 'complete');
    await buyer.waitForOrder(ids.ended ?? '', ({ status }) => status === 'cancelled');
    await reserve('held', held);
    sessions = {
      guest: await fixture.openSession({ isShared: true }),
      buyer: await fixture.openSession({ isShared: true, as: buyer }),
      seller: await fixture.openSession({ isShared: true, as: fixture.seller }),
    };
  }, 300_000);

  const pathOf = (template: string) => template.replace(/:(\w+)/g, (_, key: string) => ids[key] ?? key);

  it.each(pages)(
    'have every text of the page that a %s sees at "%s" in their catalogs',
    async (who, template) => {
      const { page, goto, allowConsole } = sessions[who];
      if (template === '/nothing') allowConsole(/status of 404/);
      await goto(`/en-XA${pathOf(template)}`);
      // No text depends on the width of the window: what is not shown in it is in the page all the same.
      expect([...new Set(await untranslated(page))]).toEqual([]);
    },
  );

  // Each page once, in one of the widths and themes. pages.test.ts has all of them in English, and what German adds is
  // longer texts, and its own accessible names.
  it.each(
    pages.map(
      ([who, template], index) =>
        [
          who,
          template,
          { width: widths[index % 2]!, theme: themes[(index >> 1) % 2]!, axe: isForAxe(index) },
        ] as const,
    ),
  )('are accessible and fit in German on the page that a %s sees at "/de%s"', async (...page) => {
    expect(await problemsInGerman(...page)).toEqual([]);
  });

  async function problemsInGerman(
    who: keyof typeof sessions,
    template: string,
    { width, theme, axe }: { width: number; theme: Theme; axe: boolean },
  ): Promise<string[]> {
    const { page, goto, allowConsole } = sessions[who];
    if (template === '/nothing') allowConsole(/status of 404/);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await goto(`/de${pathOf(template)}`);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    const found: string[] = [];
    if (axe) {
      await loadAxe(page);
      found.push(...(await accessibilityViolations(page)));
    }
    for (const other of widths) {
      await page.setViewportSize({ width: other, height: 900 });
      if (await isWiderThanWindow(page)) found.push(`${other} px: scrolls sideways`);
    }
    return found;
  }

  it('are chosen by the browser at first, and then by the link of the footer', async () => {
    const { page, goto, waitForPath } = await fixture.openSession({ locale: 'de-AT' });
    await goto('/fees?from=mail');
    await waitForPath(/^\/de\/fees\?from=mail$/);
    await page.getByRole('heading', { level: 1, name: 'Gebühren' }).waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await waitForPath(/^\/fees\?from=mail$/);
    await goto('/fees');
    await page.getByRole('heading', { level: 1, name: 'Fees' }).waitFor();
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await waitForPath(/^\/de\/fees$/);
    await page.getByRole('link', { name: 'Datenschutz' }).click();
    await waitForPath(/^\/de\/legal\/privacy$/);
  });

  it('are no reason to store a redirect, and each page names its address in both', async () => {
    const { shop } = fixture;
    const headers = { 'accept-language': 'de' };
    const redirect = await fetch(`${shop.url}/fees`, { headers, redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('vary'), redirect.headers.get('cache-control')]).toEqual([
      307,
      'accept-language, cookie',
      'private, no-store',
    ]);
    const german = await (await fetch(`${shop.url}/de/fees`)).text();
    expect(german).toMatch(/<link rel="canonical" href="[^"]+\/de\/fees"/);
    expect(german).toMatch(/<link rel="alternate" hrefLang="en" href="[^"]+[^e]\/fees"/);
    expect(german).toMatch(/<link rel="alternate" hrefLang="de" href="[^"]+\/de\/fees"/);
  });
});

type PageElement = {
  closest: (selector: string) => object | null;
  getAttribute: (name: string) => string | null;
  childNodes: Iterable<{ nodeType: number; nodeValue: string | null }>;
};
type PageGlobals = { document: { querySelectorAll: (selector: string) => Iterable<PageElement> } };

/** Texts and accessible names of a page in the pseudo-locale that have words without its accents and brackets. */
async function untranslated(page: Page): Promise<string[]> {
  return page.evaluate((ownWords) => {
    const { document } = globalThis as unknown as PageGlobals;
    const isPlain = (text: string) => {
      const words = text.replace(/Encore|\S+@\S+|\b[A-Z]{3}\b|(?:[A-Z][a-z]{2} )?\d+ [A-Z][a-z]+ \d{4}/g, '');
      return /[a-z]{3}/i.test(words) && !/[áéíóúÁÉÍÓÚ⟦⟧]/.test(text);
    };
    const found: string[] = [];
    const add = (kind: string, text: string | null) => {
      if (text && isPlain(text)) found.push(`${kind}: ${text}`);
    };
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest(ownWords)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) add(name, element.getAttribute(name));
      for (const { nodeType, nodeValue } of element.childNodes) if (nodeType === 3) add('text', nodeValue);
    }
    for (const element of document.querySelectorAll('meta[name=description]'))
      add('description', element.getAttribute('content'));
    return found;
  }, OWN_WORDS);
}
