import { connection } from 'next/server';
import { localPath, locales } from '../../i18n/locales.ts';
import { readPublic, tryRead } from '../../server/api.ts';
import { publicOrigin } from '../../server/origin.ts';
import { sitemapResponse } from '../../server/sitemap.ts';

/** The index of the sitemaps, which are in each language: the pages of the shop, and all events in parts. */
export async function GET(): Promise<Response> {
  await connection();
  const parts = await tryRead(readPublic<string[]>('tickets', '/api/tickets/events/parts'));
  if (!parts.ok) return new Response('Not available\n', { status: 503 });
  const names = ['pages', ...parts.value.data.map((part) => `events-${part}`)];
  const addresses = locales.flatMap((locale) =>
    names.map((name) => publicOrigin() + localPath(locale, `/sitemaps/${name}`)),
  );
  return sitemapResponse('sitemapindex', addresses);
}
