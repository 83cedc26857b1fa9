import { isLocale, readPath } from '../../../i18n/choose-locale.ts';
import { LOCALE_COOKIE, localPath } from '../../../i18n/locales.ts';

const YEAR_S = 365 * 24 * 60 * 60;

/** Stores the language that the visitor chose, and returns to the page with the link, in that language. */
export async function GET(
  request: Request,
  { params }: RouteContext<'/language/[locale]'>,
): Promise<Response> {
  const { locale } = await params;
  if (!isLocale(locale)) return new Response('Not found', { status: 404 });
  const { pathname, search } = pageWithLink(request);
  return new Response(null, {
    status: 303,
    headers: {
      location: localPath(locale, readPath(pathname).bare) + search,
      'set-cookie': `${LOCALE_COOKIE}=${locale}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`,
      'cache-control': 'no-store',
    },
  });
}

/** From the referrer, of which only the path is used: this route never leads to another site. */
function pageWithLink(request: Request): Pick<URL, 'pathname' | 'search'> {
  const referrer = request.headers.get('referer') ?? '';
  const url = URL.canParse(referrer) ? new URL(referrer) : undefined;
  const isPath = url !== undefined && /^\/(?!\/)/.test(readPath(url.pathname).bare);
  return isPath ? url : { pathname: '/', search: '' };
}
