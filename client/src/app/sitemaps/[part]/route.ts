import { getTranslate } from '../../../i18n/server.ts';
import { eventPath } from '../../../lib/paths.ts';
import { readPublic, tryRead } from '../../../server/api.ts';
import { publicOrigin } from '../../../server/origin.ts';
import { sitemapResponse } from '../../../server/sitemap.ts';

const PAGES = [
  '/',
  '/tickets',
  '/how-it-works',
  '/fees',
  '/protection',
  '/accessibility',
  '/legal/terms',
  '/legal/privacy',
];

/** One of the sitemaps of the index, with addresses in its own language: `pages`, or `events-` and the name of a part. */
export async function GET(
  _request: Request,
  { params }: RouteContext<'/sitemaps/[part]'>,
): Promise<Response> {
  const [{ part }, t] = await Promise.all([params, getTranslate()]);
  const response = (paths: string[]) =>
    sitemapResponse(
      'urlset',
      paths.map((path) => publicOrigin() + t.path(path)),
    );
  if (part === 'pages') return response(PAGES);
  const name = /^events-(all|[0-9a-f]{1,4})$/.exec(part)?.[1];
  if (!name) return new Response('Not found\n', { status: 404 });
  const slugs = await tryRead(readPublic<string[]>('tickets', `/api/tickets/events/addresses?part=${name}`));
  if (!slugs.ok) return new Response('Not available\n', { status: 503 });
  return response(slugs.value.data.map(eventPath));
}
