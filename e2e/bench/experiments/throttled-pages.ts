import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { seedCatalog } from '../../../infra/local/src/seed.ts';
import type { System } from '../../../infra/local/src/system.ts';
import { launchChromium } from '../../browser/chromium.ts';
import type { PageFigures, PageGoals } from '../page-figures.ts';
import { medianOfLoads, missedGoals } from '../page-figures.ts';
import { alignColumns } from '../report.ts';
import type { Experiment } from '../scenario.ts';
import type { UsedPage } from '../throttled-page.ts';
import { measurePage } from '../throttled-page.ts';

type MeasuredPage = UsedPage & { name: string; goals: PageGoals };

export const throttledPages: Experiment = {
  name: 'pages-throttled',
  description:
    'four pages with the demo catalog as a slow phone loads them: 390 px, a quarter of this CPU, 1.6 Mbit/s, 150 ms, nothing cached',
  slow: true,
  needsClient: true,
  async run({ system, rounds }, log) {
    await seedCatalog({ url: system.url, marker: join(system.folder, 'seeded.json') });
    const browser = await launchChromium();
    try {
      const rows = [];
      for (const page of await listPages(system)) {
        const figures = await measureOften(browser, system.url, page, rounds, log);
        rows.push({ page, figures });
      }
      formatRows(rows).split('\n').forEach(log);
      for (const { page, figures } of rows) {
        const missed = missedGoals(figures, page.goals);
        if (missed.length > 0) log(`${page.name} misses its goal for ${missed.join(', ')}`);
      }
      return Object.fromEntries(
        rows.flatMap(({ page, figures }) =>
          Object.entries(figures).map(([name, value]) => [`${page.name} ${name}`, value]),
        ),
      );
    } finally {
      await browser.close();
    }
  },
};

const always: PageGoals = { tbt: 300, inp: 200 };

async function listPages({ url }: System): Promise<MeasuredPage[]> {
  const first = async (path: string) => {
    const [item] = (await (await fetch(`${url}${path}?limit=1`)).json()) as { id: string; slug: string }[];
    if (!item) throw new Error(`The demo data have nothing at ${path}`);
    return item;
  };
  const ticket = `/tickets/${(await first('/api/tickets')).id}`;
  const event = `/events/${(await first('/api/tickets/events')).slug}`;
  return [
    { name: 'home', path: '/', use: search, goals: { ...always, lcp: 1_600 } },
    { name: 'browse', path: '/tickets', use: search, goals: { ...always, lcp: 1_800 } },
    { name: 'ticket', path: ticket, use: reserve, goals: { ...always, lcp: 1_800 } },
    { name: 'event', path: event, use: reserve, goals: { ...always, lcp: 1_800 } },
  ];
}

/** Opens and closes the filters, then types what brings suggestions. */
async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Filters' }).tap();
  await page.keyboard.press('Escape');
  await page.getByLabel('Event, artist or team').tap();
  await page.keyboard.type('mozart', { delay: 150 });
  await page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
}

async function reserve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).tap();
  await page.keyboard.press('Escape');
  // The next page would end the measurement of this one.
  await page.route('**/auth/signin?*', (route) => route.abort('aborted'));
  await page.getByRole('button', { name: 'Reserve' }).first().tap();
}

/** The median of several loads, after one that warms up the servers. */
async function measureOften(
  browser: Browser,
  url: string,
  page: MeasuredPage,
  rounds: number,
  log: (line: string) => void,
): Promise<PageFigures> {
  await measurePage(browser, url, page);
  const loads = [];
  for (let round = 0; round < rounds; round++) loads.push(await measurePage(browser, url, page));
  const lcps = loads.map(({ lcp, largest }) => `${lcp.toFixed(0)} ms ${largest}`);
  log(`${page.name}, largest contentful paint: ${lcps.join(', ')}`);
  return medianOfLoads(loads);
}

function formatRows(rows: { page: MeasuredPage; figures: PageFigures }[]): string {
  const columns = ['page', 'FCP ms', 'LCP ms', 'TBT ms', 'INP ms', 'CLS', 'script KiB', 'all KiB'];
  const lines = rows.map(({ page: { name, goals }, figures: { fcp, lcp, tbt, inp, cls, script, all } }) => [
    name,
    fcp.toFixed(0),
    withGoal(lcp, goals.lcp),
    withGoal(tbt, goals.tbt),
    withGoal(inp, goals.inp),
    cls.toFixed(3),
    script.toFixed(1),
    all.toFixed(1),
  ]);
  return alignColumns([columns, ...lines]);
}

function withGoal(value: number, goal: number | undefined): string {
  return goal === undefined ? value.toFixed(0) : `${value.toFixed(0)} (≤ ${goal})`;
}
