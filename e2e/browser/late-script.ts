import { once } from 'node:events';
import type { Page } from 'playwright-core';

/**
 * Holds back the script that has a text, as a slow connection would, and lets all others load.
 * @returns a function that waits for the request of that script, and lets it load too.
 */
export async function holdScript(page: Page, text: string): Promise<() => Promise<void>> {
  const requested = new AbortController();
  const released = new AbortController();
  await page.route('**/_next/static/chunks/*.js', async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes(text)) {
      requested.abort();
      if (!released.signal.aborted) await once(released.signal, 'abort');
    }
    await route.fulfill({ response });
  });
  return async () => {
    if (!requested.signal.aborted) await once(requested.signal, 'abort');
    // The page may close while other scripts load.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    released.abort();
  };
}
