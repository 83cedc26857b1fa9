import { connection } from 'next/server';
import { readPublic, tryRead } from '../../server/api.ts';
import { publicOrigin } from '../../server/origin.ts';
import { sitemapResponse } from '../../server/sitemap.ts';

/** The index of the sitemaps: the pages of the shop, and all events in parts. */
export async function GET(): Promise<Response> {
  await connection();
  const parts = await tryRead(readPublic<string[]>('tickets', '/api/tickets/events/parts'));
  if (!parts.ok) return new Response('Not available\n', { status: 503 });
  const names = ['pages', ...parts.value.data.map((part) => `events-${part}`)];
  return sitemapResponse(
    'sitemapindex',
    names.map((name) => `${publicOrigin()}/sitemaps/${name}`),
  );
}
