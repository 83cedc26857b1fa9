import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Which rules: those for colors only, or all of them. What passes is not described. */
const axeOptions = {
  all: { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] },
  colors: { runOnly: { type: 'rule', values: COLOR_RULES }, resultTypes: ['violations'] },
} satisfies Record<string, RunOptions>;

/** Half a megabyte, so once for each load of a page. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(axeSource);
}

/** What axe finds on the page, which `loadAxe` has prepared. No page has frames. */
export async function accessibilityViolations(
  page: Page,
  rules: keyof typeof axeOptions = 'all',
): Promise<string[]> {
  const { violations } = await page.evaluate((options) => {
    const { axe } = globalThis as unknown as { axe: { run: (o: RunOptions) => Promise<AxeResults> } };
    return axe.run(options);
  }, axeOptions[rules]);
  return violations.map(
    ({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

export function isWiderThanWindow(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    return document.documentElement.scrollWidth > innerWidth;
  });
}
