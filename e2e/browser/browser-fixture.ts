import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SystemOptions } from '../../infra/local/src/system.ts';
import { runBuiltAuthProgram } from '../shop/run-source.ts';
import type { Shop } from '../shop/shop.ts';
import type { ShopClient, Ticket } from '../shop/shop-client.ts';
import type { SharedShop } from '../shop/use-shared-shop.ts';
import { useSharedShop } from '../shop/use-shared-shop.ts';
import { useShop } from '../shop/use-shop.ts';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';

/** `describe`, or `describe.skip` on a machine without Chromium. */
export const describeInBrowser = chromiumPath ? describe : describe.skip;

const TIMEOUT_MS = 45_000;
export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };
/** What a test gets that does not choose: a phone's width with BROWSER_WIDTH=390, as in the nightly run. */
const DEFAULT_VIEWPORT = { ...desktop, width: readWidth(process.env['BROWSER_WIDTH']) };
const DAY_MS = 24 * 60 * 60 * 1000;

function readWidth(text = String(desktop.width)): number {
  if (!/^[1-9]\d{2,3}$/.test(text))
    throw new Error(`BROWSER_WIDTH must be a width in pixels, from 100 to 9999, not "${text}"`);
  return Number(text);
}

export type BrowserSessionOptions = {
  /** The user who is signed in from the start. */
  as?: ShopClient;
  /** Shared by all tests of the file: stays open after each of them. */
  isShared?: boolean;
  /** Aborts all requests for event streams. */
  blocksStreams?: boolean;
  hasScripts?: boolean;
  viewport?: { width: number; height: number };
  /** The language of the browser (default en-GB). */
  locale?: string;
  /** Runs in every page before the page's own scripts. */
  initScript?: string;
};

/** One browser context with one page. Errors and warnings in its console fail the test unless it allows them. */
export type BrowserSession = {
  page: Page;
  context: BrowserContext;
  /** Loads a page, waits for hydration and returns the HTTP status. */
  goto: (path: string) => Promise<number>;
  /** Waits until path and query match and the page is hydrated. */
  waitForPath: (path: RegExp) => Promise<void>;
  /** Allows console messages that match; Chromium reports every response with status 4xx or 5xx as an error. */
  allowConsole: (pattern: RegExp) => void;
};

export type BrowserFixture<S extends SharedShop = SharedShop> = {
  readonly shop: S;
  readonly seller: ShopClient;
  newUser: () => Promise<ShopClient>;
  /** A user whom the command on the servers has made an operator. */
  newOperator: () => Promise<ShopClient>;
  listTicket: (fields?: Record<string, unknown>) => Promise<Ticket>;
  openSession: (options?: BrowserSessionOptions) => Promise<BrowserSession>;
};

/**
 * A Chromium, and the shop that the files with a browser share. Others list, buy and report there at the same time, so
 * a test looks for what it made itself.
 */
export function useBrowserFixture(): BrowserFixture {
  return browserFixture(useSharedShop);
}

/** A Chromium and a shop for this file alone, which may stop its processes or needs to know all of its content. */
export function useOwnShopFixture(options: Partial<SystemOptions> = {}): BrowserFixture<Shop> {
  return browserFixture(() => useShop({ ...options, client: true }));
}

function browserFixture<S extends SharedShop>(useShopOf: () => S): BrowserFixture<S> {
  jest.setTimeout(180_000);
  let browser: Browser | undefined;
  let seller: ShopClient | undefined;
  let sessions: { context: BrowserContext; isShared: boolean; unexpectedMessages: () => string[] }[] = [];
  let listed = 0;
  if (!chromiumPath) process.stderr.write(`Browser tests are skipped: ${noChromium}.\n`);

  beforeAll(async () => {
    if (chromiumPath) browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  const shop = chromiumPath ? useShopOf() : undefined;
  beforeAll(async () => {
    seller = await shop?.newClient().signUp();
  });

  afterEach(async () => {
    const all = sessions;
    sessions = all.filter(({ isShared }) => isShared);
    await Promise.all(all.filter(({ isShared }) => !isShared).map(({ context }) => context.close()));
    expect(all.flatMap(({ unexpectedMessages }) => unexpectedMessages())).toEqual([]);
  });

  function started<T>(thing: T | undefined): T {
    if (!thing) throw new Error('The browser fixture is not ready before the first test');
    return thing;
  }

  return {
    get shop() {
      return started(shop);
    },
    get seller() {
      return started(seller);
    },
    newUser: () => started(shop).newClient().signUp(),
    async newOperator() {
      const { folder, newClient } = started(shop);
      const user = await newClient().signUp();
      const granted = await runBuiltAuthProgram(folder, 'operator', 'grant', user.email, 'on call this week');
      if (granted.status !== 0) throw new Error(`No operator: ${granted.stderr}`);
      const { email, password } = user;
      await user.send('POST', '/api/users/signin', { email, password }); // the grant ended the session
      return user;
    },
    listTicket: (fields = {}) => started(seller).listTicket({ ...ticketFields(++listed), ...fields }),
    async openSession(wanted = {}) {
      const { url } = started(shop);
      const context = await openContext(started(browser), url, wanted);
      const { unexpectedMessages, allowConsole } = collectConsole(context, url);
      sessions.push({ context, isShared: wanted.isShared ?? false, unexpectedMessages });
      const page = await context.newPage();
      return { page, context, allowConsole, ...navigation(page, wanted.hasScripts ?? true) };
    },
  };
}

/** The fields of a listing; `count` makes its title and its seat unique within a file. */
function ticketFields(count: number) {
  return {
    title: `Late quartet ${count}`,
    price: 42.5,
    faceValue: 50,
    currency: 'eur',
    category: 'classical',
    startsAt: new Date(Date.now() + 40 * DAY_MS).toISOString(),
    timeZone: 'Europe/Vienna',
    venue: 'Musikverein',
    city: 'Vienna',
    seat: `Row 3, seat ${count}`,
    secret: 'DOOR-7781',
  };
}

async function openContext(
  browser: Browser,
  url: string,
  options: BrowserSessionOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    locale: options.locale ?? 'en-GB',
    timezoneId: 'Europe/Vienna',
    reducedMotion: 'reduce',
    viewport: options.viewport ?? DEFAULT_VIEWPORT,
    javaScriptEnabled: options.hasScripts ?? true,
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  context.setDefaultNavigationTimeout(TIMEOUT_MS);
  if (options.initScript) await context.addInitScript({ content: options.initScript });
  if (options.blocksStreams) await context.route('**/api/*/stream', (route) => route.abort());
  if (options.as) {
    const { email, password } = options.as;
    const response = await context.request.post('/api/users/signin', { data: { email, password } });
    if (!response.ok()) throw new Error(`Sign-in failed with status ${response.status()}`);
  }
  return context;
}

function collectConsole(context: BrowserContext, url: string) {
  const messages: string[] = [];
  const allowed: RegExp[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      messages.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (problem) => messages.push(`uncaught: ${problem.error().message}`));
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol.startsWith('http') && target.origin !== url)
      messages.push(`request to another origin: ${target.href}`);
  });
  return {
    unexpectedMessages: () =>
      messages.splice(0).filter((line) => !allowed.some((pattern) => pattern.test(line))),
    allowConsole: (pattern: RegExp) => void allowed.push(pattern),
  };
}

/** Whether React has hydrated the page: a click before that is lost. Runs in the page. */
function isHydrated(): boolean {
  const { document } = globalThis as unknown as {
    document: { getElementById: (id: string) => object | null };
  };
  const region = document.getElementById('live');
  return region === null || Object.keys(region).some((key) => key.startsWith('__reactFiber'));
}

function navigation(page: Page, hasScripts: boolean): Pick<BrowserSession, 'goto' | 'waitForPath'> {
  const waitForHydration = async () => {
    if (hasScripts) await page.waitForFunction(isHydrated);
  };
  return {
    async goto(path) {
      const response = await page.goto(path);
      await waitForHydration();
      return response?.status() ?? 0;
    },
    async waitForPath(path) {
      await page.waitForURL((address) => path.test(address.pathname + address.search));
      await waitForHydration();
    },
  };
}

/** Reads until `isWanted` accepts the value; throws with the last value after the time limit. */
export async function pollUntil<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`The value is still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The order id in the URL of a checkout or order page. */
export function orderIdIn(page: Page): string {
  const id = /\/(?:checkout|orders)\/([0-9a-f]{24})/.exec(page.url())?.[1];
  if (!id) throw new Error(`No order in ${page.url()}`);
  return id;
}
