import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SystemOptions } from '../../infra/local/src/system.ts';
import type { Shop } from '../shop/shop.ts';
import { useShop } from '../shop/use-shop.ts';
import type { Ticket, Visitor } from '../shop/visitor.ts';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';

/** `describe` where there is a Chromium. */
export const inBrowser = chromiumPath ? describe : describe.skip;

const PATIENCE_MS = 45_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export type SeatOptions = {
  /** Signed in already. */
  as?: Visitor;
  /** For all tests of the file, not for one. */
  isKept?: boolean;
  /** Cuts the event streams from the beginning. */
  isCutOff?: boolean;
  hasScripts?: boolean;
  viewport?: { width: number; height: number };
  /** A script that runs in every page before its own ones. */
  before?: string;
};

/** One browser window with a jar of its own. What it complains about fails the test, unless that is expected. */
export type Seat = {
  page: Page;
  context: BrowserContext;
  /** Loads a page and waits until its scripts have taken it over. */
  goes: (path: string) => Promise<number>;
  /** Waits until the address is like this and the scripts have taken the page over. */
  arrives: (path: RegExp) => Promise<void>;
  /** Says of a complaint of the browser's console that it belongs to the test: refused requests are errors to it. */
  expects: (complaint: RegExp) => void;
};

export type Stage = {
  readonly shop: Shop;
  readonly seller: Visitor;
  person: () => Promise<Visitor>;
  lists: (fields?: Record<string, unknown>) => Promise<Ticket>;
  opens: (options?: SeatOptions) => Promise<Seat>;
};

/** The whole shop with its web client and a Chromium, for all tests of a file. */
export function useStage(options: Partial<SystemOptions> = {}): Stage {
  jest.setTimeout(180_000);
  let browser: Browser | undefined;
  let seller: Visitor | undefined;
  let seats: { context: BrowserContext; isKept: boolean; complaints: () => string[] }[] = [];
  let listed = 0;
  if (!chromiumPath) process.stderr.write(`Browser tests are skipped: ${noChromium}.\n`);

  beforeAll(async () => {
    if (chromiumPath) browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  const shop = chromiumPath ? useShop({ ...options, client: true }) : undefined;
  beforeAll(async () => {
    seller = await shop?.visitor().signUp();
  });

  afterEach(async () => {
    const all = seats;
    seats = all.filter(({ isKept }) => isKept);
    await Promise.all(all.filter(({ isKept }) => !isKept).map(({ context }) => context.close()));
    expect(all.flatMap(({ complaints }) => complaints())).toEqual([]);
  });

  function started<T>(thing: T | undefined): T {
    if (!thing) throw new Error('The stage is not set yet');
    return thing;
  }

  return {
    get shop() {
      return started(shop);
    },
    get seller() {
      return started(seller);
    },
    person: () => started(shop).visitor().signUp(),
    lists(fields = {}) {
      const startsAt = new Date(Date.now() + 40 * DAY_MS).toISOString();
      return started(seller).sells({
        title: `Late quartet ${++listed}`,
        price: 42.5,
        faceValue: 50,
        currency: 'eur',
        category: 'classical',
        startsAt,
        timeZone: 'Europe/Vienna',
        venue: 'Musikverein',
        city: 'Vienna',
        seat: 'Row 3, seat 14',
        secret: 'DOOR-7781',
        ...fields,
      });
    },
    async opens(wanted = {}) {
      const { url } = started(shop);
      const context = await openContext(started(browser), url, wanted);
      const { complaints, expects } = listen(context, url);
      seats.push({ context, isKept: wanted.isKept ?? false, complaints });
      const page = await context.newPage();
      return { page, context, expects, ...moves(page, wanted.hasScripts ?? true) };
    },
  };
}

async function openContext(browser: Browser, url: string, options: SeatOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
    reducedMotion: 'reduce',
    viewport: options.viewport ?? { width: 1280, height: 900 },
    javaScriptEnabled: options.hasScripts ?? true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  context.setDefaultNavigationTimeout(PATIENCE_MS);
  if (options.before) await context.addInitScript({ content: options.before });
  if (options.isCutOff) await context.route('**/api/*/stream', (route) => route.abort());
  if (options.as) {
    const { email, password } = options.as;
    const answer = await context.request.post('/api/users/signin', { data: { email, password } });
    if (!answer.ok()) throw new Error(`Could not sign in: ${answer.status()}`);
  }
  return context;
}

function listen(context: BrowserContext, url: string) {
  const heard: string[] = [];
  const expected: RegExp[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      heard.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (problem) => heard.push(`uncaught: ${problem.error().message}`));
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol.startsWith('http') && target.origin !== url)
      heard.push(`request to another origin: ${target.href}`);
  });
  return {
    complaints: () => heard.splice(0).filter((line) => !expected.some((pattern) => pattern.test(line))),
    expects: (complaint: RegExp) => void expected.push(complaint),
  };
}

/** A click before React has taken the page over would be lost. Runs in the page. */
function isTakenOver(): boolean {
  const { document } = globalThis as unknown as {
    document: { getElementById: (id: string) => object | null };
  };
  const region = document.getElementById('live');
  return region === null || Object.keys(region).some((key) => key.startsWith('__reactFiber'));
}

function moves(page: Page, hasScripts: boolean): Pick<Seat, 'goes' | 'arrives'> {
  const settle = async () => {
    if (hasScripts) await page.waitForFunction(isTakenOver);
  };
  return {
    async goes(path) {
      const answer = await page.goto(path);
      await settle();
      return answer?.status() ?? 0;
    },
    async arrives(path) {
      await page.waitForURL((address) => path.test(address.pathname + address.search));
      await settle();
    },
  };
}

/** Asks again until the answer is as wanted, and fails with the last one. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`It stayed ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The id at the end of the checkout's or the order's address. */
export function orderIdIn(page: Page): string {
  const id = /\/(?:checkout|orders)\/([0-9a-f]{24})/.exec(page.url())?.[1];
  if (!id) throw new Error(`No order in ${page.url()}`);
  return id;
}
