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

/** One of the sitemaps of the index: `pages`, or `events-` and the name of a part. */
export async function GET(
  _request: Request,
  { params }: RouteContext<'/sitemaps/[part]'>,
): Promise<Response> {
  const { part } = await params;
  const origin = publicOrigin();
  if (part === 'pages')
    return sitemapResponse(
      'urlset',
      PAGES.map((path) => origin + path),
    );
  const name = /^events-(all|[0-9a-f]{1,4})$/.exec(part)?.[1];
  if (!name) return new Response('Not found\n', { status: 404 });
  const slugs = await tryRead(readPublic<string[]>('tickets', `/api/tickets/events/addresses?part=${name}`));
  if (!slugs.ok) return new Response('Not available\n', { status: 503 });
  return sitemapResponse(
    'urlset',
    slugs.value.data.map((slug) => origin + eventPath(slug)),
  );
}
