import type { NextRequest } from 'next/server';
import { poster } from '../../../lib/poster.ts';
import type { Ticket } from '../../../lib/types.ts';
import { ApiError, readPublic } from '../../../server/api.ts';

/** An order has neither the event of its ticket, which the poster is made from, nor the category, which decides the colors. */
async function findTicket(id: string): Promise<Ticket | undefined> {
  try {
    return (await readPublic<Ticket>('tickets', `/api/tickets/${encodeURIComponent(id)}`, 1_500)).data;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

export async function GET(
  request: NextRequest,
  { params }: RouteContext<'/posters/[id]'>,
): Promise<Response> {
  const { id } = await params;
  if (!/^[\w-]{1,64}$/.test(id)) return new Response('Not found', { status: 404 });
  const given = request.nextUrl.searchParams.get('c');
  const isTicket = /^[0-9a-f]{24}$/.test(id);
  const ticket = !given && isTicket ? await findTicket(id) : undefined;
  return new Response(poster(ticket?.eventId ?? id, given ?? ticket?.category), {
    headers: {
      'content-type': 'image/svg+xml; charset=utf-8',
      // A poster with a given category never changes; a looked-up category may change with the listing.
      'cache-control': given ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
      'content-security-policy': "default-src 'none'; style-src 'none'",
      'x-content-type-options': 'nosniff',
    },
  });
}
