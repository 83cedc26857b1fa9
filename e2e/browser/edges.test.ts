import type { Page } from 'playwright-core';
import type { ShopClient } from '../shop/shop-client.ts';
import type { BrowserSession } from './browser-fixture.ts';
import { describeInBrowser, useOwnShopFixture } from './browser-fixture.ts';

const security = {
  SECURITY_CONTACT: 'mailto:security@tickets.example',
  SECURITY_EXPIRES: new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString(),
};
const shopkeeper = {
  CONTACT: 'mailto:help@tickets.example, tel:+43-1-2345',
  IMPRINT: 'Encore Tickets <GmbH>\nOpernring 2\n1010 Wien',
};
const fixture = useOwnShopFixture({ env: { client: { ...security, ...shopkeeper } } });

describeInBrowser('odd addresses', () => {
  const read = (path: string) =>
    fetch(fixture.shop.url + path, { headers: { accept: 'text/html' }, redirect: 'manual' });

  it.each(['/icon.svgx', '/posters/a/b', '/posters', '/_next/staticx'])(
    'have the content security policy of a page: %s',
    async (path) => {
      const response = await read(path);
      expect(response.status).toBe(404);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('include the contact for security reports', async () => {
    const response = await read('/.well-known/security.txt');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ]);
    expect((await response.text()).split('\n')).toEqual(
      expect.arrayContaining([
        `Contact: ${security.SECURITY_CONTACT}`,
        `Expires: ${security.SECURITY_EXPIRES}`,
      ]),
    );
  });

  it('have the contact and the imprint that are configured, and the footer leads there', async () => {
    const { page, goto, waitForPath } = await fixture.openSession();
    await goto('/');
    await page.getByRole('contentinfo').getByRole('link', { name: 'Contact' }).click();
    await waitForPath(/^\/contact$/);
    await page.getByRole('link', { name: 'help@tickets.example' }).waitFor();
    await page.getByRole('link', { name: '+43-1-2345' }).waitFor();
    await page.getByRole('contentinfo').getByRole('link', { name: 'Imprint' }).click();
    await waitForPath(/^\/legal\/imprint$/);
    await page.getByText('Encore Tickets <GmbH>').waitFor();
  });

  it('leave the icon and posters without a nonce, so that they can be cached', async () => {
    for (const path of ['/icon.svg', '/posters/encore-a']) {
      const response = await read(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('content-security-policy') ?? '').not.toContain('nonce');
    }
  });

  it('open the first tab for a tab that is not one', async () => {
    const { page, goto } = await fixture.openSession({ as: await fixture.newUser() });
    for (const path of ['/orders', '/sell'])
      for (const tab of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
        expect([path, tab, await goto(`${path}?tab=${tab}`)]).toEqual([path, tab, 200]);
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
  });

  it('lead a signed-in user from the sign-in page to a path that is not ASCII', async () => {
    const { page, goto, waitForPath } = await fixture.openSession({ as: await fixture.newUser() });
    expect(await goto(`/auth/signin?next=${encodeURIComponent('/tickets?city=Köln&q=能')}`)).toBe(200);
    await waitForPath(/^\/tickets\?city=K%C3%B6ln&q=%E8%83%BD$/);
    await page.getByRole('heading', { level: 1, name: '能' }).waitFor();
  });

  it('lead to the home page instead of to another site', async () => {
    const { page, goto } = await fixture.openSession({ as: await fixture.newUser() });
    for (const next of ['/.//evil.example', '//evil.example', '/\\evil.example', '/x/..//evil.example']) {
      await goto(`/auth/signin?next=${encodeURIComponent(next)}`);
      expect(new URL(page.url()).pathname).toBe('/');
    }
  });
});

describeInBrowser('a page with the longest words and the largest price', () => {
  const LONG = 'W'.repeat(200);
  const longTicket = {
    title: LONG,
    venue: LONG.slice(0, 100),
    city: LONG.slice(0, 100),
    notes: LONG,
    price: 999_999.99,
    faceValue: 999_999.98,
    secret: LONG,
  };
  const ids: Record<string, string> = {};
  const sessions: Record<string, BrowserSession> = {};

  beforeAll(async () => {
    const buyer = await fixture.newUser();
    for (const [name, as] of Object.entries<ShopClient | undefined>({
      guest: undefined,
      buyer,
      seller: fixture.seller,
    }))
      sessions[name] = await fixture.openSession({ isShared: true, ...(as && { as }) });
    for (const name of ['free', 'held', 'paid', 'ended'])
      ids[name] = (await fixture.listTicket({ ...longTicket, seat: `${LONG.slice(0, 90)}${name}` })).id;
    for (const name of ['paid', 'ended', 'held']) {
      const order = await buyer.reserve(ids[name] ?? '');
      ids[`${name}Order`] = order.id;
      if (name === 'paid') await buyer.pay(order.id);
      if (name === 'ended') await buyer.send('DELETE', `/api/orders/${order.id}`);
    }
    await buyer.waitForOrder(ids.paidOrder ?? '', ({ status }) => status === 'complete');
  }, 300_000);

  it.each([
    ['guest', '/'],
    ['guest', '/tickets'],
    ['guest', `/tickets?q=${LONG.slice(0, 100)}&city=${LONG.slice(0, 100)}`],
    ['guest', '/tickets/:free'],
    ['guest', '/tickets/:held'],
    ['guest', '/auth/signin?next=%2Ftickets%2F:free&intent=reserve'],
    ['buyer', '/'],
    ['buyer', '/checkout/:heldOrder'],
    ['buyer', '/checkout/:endedOrder'],
    ['buyer', '/orders'],
    ['buyer', '/orders/:heldOrder'],
    ['buyer', '/orders/:paidOrder'],
    ['buyer', '/account'],
    ['seller', '/tickets/:free'],
    ['seller', '/sell'],
    ['seller', '/sell/sales'],
    ['seller', '/sell/:free'],
    ['seller', '/sell/:held'],
  ])('scrolls nothing sideways: %s at %s', async (who, template) => {
    const { page, goto } = sessions[who] ?? (await fixture.openSession());
    await goto(template.replace(/:(\w+)/g, (_, key: string) => ids[key] ?? key));
    await page.getByRole('heading', { level: 1 }).waitFor();
    // No script of the client reads the width, so a page need not load again to fit another one.
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      expect([width, await tooWide(page)]).toEqual([width, []]);
    }
  });
});

/** Elements that reach out of the window, unless an ancestor cuts them off or scrolls them. Runs in the page. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    const isCut = (element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement)
        if (getComputedStyle(above).overflowX !== 'visible') return true;
      return false;
    };
    const reaching = [...document.querySelectorAll('body *')].filter((element) => {
      const { right, width: own } = element.getBoundingClientRect();
      return own > 0 && right > width + 1 && !isCut(element);
    });
    const found = reaching.map((element) => element.tagName + '.' + element.className + ' ' + Math.round(element.getBoundingClientRect().right));
    if (document.documentElement.scrollWidth > width) found.push('document ' + document.documentElement.scrollWidth);
    return found.slice(0, 12);
  })()`);
}
