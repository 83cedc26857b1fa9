import 'server-only';
import { sessionCookiesIn } from './session-cookies.ts';

/** The variable with the address of the service, and the path of what the page with an id shows, before and after the id. */
const RESOURCES: Record<string, [variable: string, path: string, end?: string] | undefined> = {
  tickets: ['TICKETS_URL', '/api/tickets'],
  events: ['TICKETS_URL', '/api/tickets/events', '/tickets'],
  sell: ['TICKETS_URL', '/api/tickets'],
  orders: ['ORDERS_URL', '/api/orders'],
  checkout: ['ORDERS_URL', '/api/orders'],
};
/** The pages beside those with an id. */
const NAMED = new Set(['/sell/new', '/sell/sales']);
/** Pages that exist when their variable is set. */
const CONFIGURED: Record<string, string | undefined> = { '/contact': 'CONTACT', '/legal/imprint': 'IMPRINT' };
const TIMEOUT_MS = 1_000;

/**
 * Whether the address is that of a page for a ticket, an event or an order that does not exist, or that is not configured. Such a page throws `notFound()`,
 * for which Next sends an empty document that only scripts fill, so documents ask here first and get the page of an
 * unknown address, which is complete HTML. Without an answer the page itself says what is wrong.
 */
export async function isMissing(path: string, request: Headers): Promise<boolean> {
  const needed = CONFIGURED[path];
  if (needed) return !process.env[needed];
  const [, page = '', id = ''] = path.split('/');
  const [variable, resource, end = ''] = RESOURCES[page] ?? [];
  const base = process.env[variable ?? ''];
  const hasId = id !== '' && !NAMED.has(path);
  const isDocument = (request.get('sec-fetch-dest') ?? 'document') === 'document';
  if (!base || !hasId || !isDocument) return false;
  try {
    const { status } = await fetch(new URL(`${resource}/${id}${end}`, base), {
      method: 'HEAD',
      headers: forwarded(request),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return status === 404;
  } catch {
    return false;
  }
}

function forwarded(request: Headers): Record<string, string> {
  const cookie = sessionCookiesIn(request);
  const address = request.get('x-forwarded-for');
  return { ...(cookie && { cookie }), ...(address && { 'x-forwarded-for': address }) };
}
