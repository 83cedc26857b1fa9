import 'server-only';

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
};

/** A sitemap of pages, or an index of sitemaps (sitemaps.org). Crawlers read them seldom, so an hour does no harm. */
export function sitemapResponse(kind: 'urlset' | 'sitemapindex', addresses: string[]): Response {
  const element = kind === 'urlset' ? 'url' : 'sitemap';
  const entries = addresses.map(
    (address) =>
      `<${element}><loc>${address.replace(/[&<>'"]/g, (sign) => escapes[sign] ?? sign)}</loc></${element}>\n`,
  );
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${kind} xmlns="${NAMESPACE}">\n${entries.join('')}</${kind}>\n`;
  return new Response(xml, {
    headers: { 'content-type': 'application/xml', 'cache-control': 'public, max-age=3600' },
  });
}
