// Loads a page in Chromium as a slow phone would, and measures it there.
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { LongTask, PageFigures, Shift } from './page-figures.ts';
import { cumulativeLayoutShift, totalBlockingTime } from './page-figures.ts';

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const CPU_SLOWDOWN = 4;
const MBIT = 1_000_000 / 8;
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1.6 * MBIT,
  uploadThroughput: 0.75 * MBIT,
};
const TIMEOUT_MS = 60_000;
/** How long no request must start or end before a page counts as loaded. */
const QUIET_MS = 2_000;
/** The browser reports an interaction after its next paint. */
const REPORT_MS = 1_000;
const KIB = 1024;

/** A page and the use of its controls whose longest interaction is measured. */
export type UsedPage = { path: string; use: (page: Page) => Promise<void> };

type Recorded = {
  fcp: number;
  lcp: number;
  /** The tag and the class of the largest element. */
  largest: string;
  tasks: LongTask[];
  shifts: Shift[];
  longestInteraction: number;
};

/** Runs in each document before its own scripts. */
const recorder = `{
  const recorded = { fcp: 0, lcp: 0, largest: '', tasks: [], shifts: [], longestInteraction: 0 };
  globalThis.recorded = recorded;
  const onEntries = {
    paint: ({ name, startTime }) => { if (name === 'first-contentful-paint') recorded.fcp = startTime; },
    'largest-contentful-paint': ({ startTime, element }) => {
      recorded.lcp = startTime;
      if (element) recorded.largest = [element.localName, ...element.classList].join('.');
    },
    longtask: ({ startTime, duration }) => recorded.tasks.push({ start: startTime, duration }),
    'layout-shift': ({ startTime, value, hadRecentInput }) => {
      if (!hadRecentInput) recorded.shifts.push({ at: startTime, value });
    },
    event: ({ interactionId, duration }) => {
      if (interactionId) recorded.longestInteraction = Math.max(recorded.longestInteraction, duration);
    },
  };
  for (const [type, onEntry] of Object.entries(onEntries))
    new PerformanceObserver((list) => list.getEntries().forEach(onEntry))
      .observe({ type, buffered: true, durationThreshold: 16 });
}`;

/** Loads the page once with an empty cache, then uses its controls. */
export async function measurePage(
  browser: Browser,
  origin: string,
  { path, use }: UsedPage,
): Promise<PageFigures & { largest: string }> {
  // A new context has an empty cache of its own.
  const context = await browser.newContext({
    ...phone,
    baseURL: origin,
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
  });
  try {
    context.setDefaultTimeout(TIMEOUT_MS);
    const page = await context.newPage();
    await page.addInitScript({ content: recorder });
    const session = await context.newCDPSession(page);
    const traffic = await countTraffic(session);
    await session.send('Network.emulateNetworkConditions', network);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    const response = await page.goto(path, { waitUntil: 'load' });
    if (response?.status() !== 200) throw new Error(`${path} has the status ${response?.status()}`);
    await traffic.waitUntilQuiet();
    const { fcp, lcp, largest, tasks, shifts } = await readRecorded(page);
    const sizes = traffic.sizes();
    await use(page);
    await wait(REPORT_MS);
    const { longestInteraction: inp } = await readRecorded(page);
    const [tbt, cls] = [totalBlockingTime(tasks, fcp), cumulativeLayoutShift(shifts)];
    return { fcp, lcp, tbt, inp, cls, ...sizes, largest };
  } finally {
    await context.close();
  }
}

function readRecorded(page: Page): Promise<Recorded> {
  return page.evaluate<Recorded>('globalThis.recorded');
}

/** The KiB that have arrived. An open event stream neither counts nor delays what waits for quiet. */
async function countTraffic(session: CDPSession) {
  const types = new Map<string, string>();
  const kib = { script: 0, all: 0 };
  let lastAt = Date.now();
  session.on('Network.requestWillBeSent', () => (lastAt = Date.now()));
  session.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    lastAt = Date.now();
    kib.all += encodedDataLength / KIB;
    if (types.get(requestId) === 'Script') kib.script += encodedDataLength / KIB;
  });
  await session.send('Network.enable');
  return {
    sizes: () => ({ ...kib }),
    async waitUntilQuiet() {
      const deadline = Date.now() + TIMEOUT_MS;
      while (Date.now() - lastAt < QUIET_MS) {
        if (Date.now() > deadline) throw new Error('The page did not stop loading');
        await wait(100);
      }
    },
  };
}
