import { ImageResponse } from 'next/og';
import { countTickets, lowestPrice } from '../../../features/event/price-spread.ts';
import { english } from '../../../i18n/translate.ts';
import { formatStart, formatVenue } from '../../../lib/card.ts';
import { poster } from '../../../lib/poster.ts';
import type { EventWithTickets } from '../../../lib/types.ts';
import { ApiError, readPublic } from '../../../server/api.ts';

const SIZE = { width: 1200, height: 630 };
const MAX_KEPT = 50;
const MAX_WAITING = 10;
/** Drawing takes a good part of a second of CPU, so images are kept, and drawn one after the other. */
const kept = new Map<string, Promise<ArrayBuffer>>();
let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** The image of an event for links that people share: its poster, with title, date and venue. `slug` may be its id. */
export async function GET(_request: Request, { params }: RouteContext<'/og/[slug]'>): Promise<Response> {
  const { slug } = await params;
  if (!/^[\w-]{1,120}$/.test(slug)) return new Response('Not found\n', { status: 404 });
  try {
    const { data } = await readPublic<EventWithTickets>(
      'tickets',
      `/api/tickets/events/${slug}/tickets?limit=1`,
    );
    const image = await draw(data);
    if (!image) return new Response('Busy\n', { status: 503, headers: { 'retry-after': '10' } });
    return new Response(image, {
      headers: { 'content-type': 'image/png', 'cache-control': 'public, max-age=3600' },
    });
  } catch (error) {
    if (error instanceof ApiError) return new Response('Not available\n', { status: error.status || 503 });
    throw error;
  }
}

/** Undefined while too many others wait to be drawn. */
function draw(event: EventWithTickets): Promise<ArrayBuffer> | undefined {
  const prices =
    event.available > 0 ? `${countTickets(english, event.available)} ${lowestPrice(english, event)}` : '';
  const key = JSON.stringify([event.id, prices]);
  const known = kept.get(key);
  if (known) return known;
  if (waiting >= MAX_WAITING) return undefined;
  waiting += 1;
  const image = last.then(() => render(event, prices)).finally(() => (waiting -= 1));
  last = image.catch(() => kept.delete(key));
  kept.set(key, image);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return image;
}

/** The font has no others: for a letter without a shape, the library would ask a server on the internet. */
const hasShapes = (text: string) => /^[\u0020-\u017e‘’“”–—…€]*$/.test(text);

function render(event: EventWithTickets, prices: string): Promise<ArrayBuffer> {
  const picture = `data:image/svg+xml;base64,${Buffer.from(poster(event.id, event.category)).toString('base64')}`;
  const facts = [formatStart(english, event), formatVenue(english, event), prices];
  const image = new ImageResponse(
    <div style={{ display: 'flex', width: '100%', height: '100%', background: '#f2f6f1', color: '#0b1f17' }}>
      <img src={picture} width={504} height={630} alt="" />
      <div
        style={{
          display: 'flex',
          flexDirection: 'column',
          justifyContent: 'center',
          gap: 24,
          padding: 64,
          width: 696,
        }}
      >
        {hasShapes(event.title) && (
          <div style={{ display: 'block', fontSize: 64, lineHeight: 1.1, lineClamp: 4 }}>{event.title}</div>
        )}
        {facts
          .filter((text) => text && hasShapes(text))
          .map((text) => (
            <div key={text} style={{ display: 'block', fontSize: 32, lineClamp: 2 }}>
              {text}
            </div>
          ))}
        <div style={{ display: 'flex', fontSize: 32, color: '#0b5a41' }}>Encore</div>
      </div>
    </div>,
    SIZE,
  );
  return image.arrayBuffer();
}
