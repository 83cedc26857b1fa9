import { NextResponse, type NextRequest } from 'next/server';
import { languageRedirect, readPath } from './i18n/choose-locale.ts';
import { LOCALE_HEADER } from './i18n/locales.ts';
import { contentSecurityPolicy } from './server/csp.ts';
import { isMissing } from './server/is-missing.ts';
import { securityHeaders } from './server/security-headers.ts';

const SERVICE_OF: Record<string, string | undefined> = {
  users: 'AUTH_URL',
  tickets: 'TICKETS_URL',
  orders: 'ORDERS_URL',
  payments: 'PAYMENTS_URL',
};

/** Routes /api/* to the services where there is no ingress (development, tests). */
function rewriteToService(request: NextRequest, requestId: string): NextResponse | undefined {
  const [, api, resource] = request.nextUrl.pathname.split('/');
  if (api !== 'api') return undefined;
  const base = process.env[SERVICE_OF[resource ?? ''] ?? ''];
  if (!base)
    return NextResponse.json(
      { errors: [{ message: 'Page not found', code: 'not_found' }], requestId },
      { status: 404, headers: { 'x-request-id': requestId, 'cache-control': 'no-store' } },
    );
  return NextResponse.rewrite(new URL(request.nextUrl.pathname + request.nextUrl.search, base));
}

/** Another page of this server. On 127.0.0.1 Next fetches it over the network, so that this proxy runs again. */
function withPath(request: NextRequest, path: string): URL {
  const url = request.nextUrl.clone();
  url.pathname = path;
  return url;
}

/** Depends on the visitor, so no shared cache may store it. */
function redirectToLanguage(to: URL, requestId: string): NextResponse {
  const headers = {
    vary: 'accept-language, cookie',
    'cache-control': 'private, no-store',
    'x-request-id': requestId,
  };
  return NextResponse.redirect(to, { status: 307, headers });
}

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const incoming = request.headers.get('x-request-id') ?? '';
  const requestId = /^[\w.-]{1,128}$/.test(incoming) ? incoming : crypto.randomUUID();
  const fromService = rewriteToService(request, requestId);
  if (fromService) return fromService;

  const { pathname } = request.nextUrl;
  const wanted = languageRedirect(request.method, pathname, request.headers);
  if (wanted) return redirectToLanguage(withPath(request, wanted), requestId);
  const { locale, bare } = readPath(pathname, request.headers.get(LOCALE_HEADER));

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = await contentSecurityPolicy(nonce, bare);

  const forwarded = new Headers(request.headers);
  forwarded.set('content-security-policy', policy);
  forwarded.set('x-nonce', nonce);
  forwarded.set('x-request-id', requestId);
  forwarded.set('x-pathname', bare);
  forwarded.set(LOCALE_HEADER, locale);
  const page = (await isMissing(bare, request.headers)) ? '/_not-found' : bare;
  const init = { request: { headers: forwarded } };
  const response =
    page === pathname ? NextResponse.next(init) : NextResponse.rewrite(withPath(request, page), init);
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-request-id', requestId);
  for (const [name, value] of Object.entries(securityHeaders(process.env.PUBLIC_ORIGIN)))
    response.headers.set(name, value);
  return response;
}

// Exactly the addresses that are never a page. Any other path may render the not-found page and needs its policy.
export const config = {
  matcher: ['/((?!_next/static/|healthz/(?:live|ready)$|posters/[\\w-]+$|icon\\.svg$).*)'],
};
