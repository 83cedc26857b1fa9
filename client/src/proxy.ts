import { NextResponse, type NextRequest } from 'next/server';
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

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const incoming = request.headers.get('x-request-id') ?? '';
  const requestId = /^[\w.-]{1,128}$/.test(incoming) ? incoming : crypto.randomUUID();
  const rewritten = rewriteToService(request, requestId);
  if (rewritten) return rewritten;

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = await contentSecurityPolicy(nonce, request.nextUrl.pathname);

  const forwarded = new Headers(request.headers);
  forwarded.set('content-security-policy', policy);
  forwarded.set('x-nonce', nonce);
  forwarded.set('x-request-id', requestId);
  forwarded.set('x-pathname', request.nextUrl.pathname);
  const response = (await isMissing(request.nextUrl.pathname, request.headers))
    ? NextResponse.rewrite(new URL('/_not-found', request.url), { request: { headers: forwarded } })
    : NextResponse.next({ request: { headers: forwarded } });
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
