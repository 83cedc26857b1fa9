import { readPriceKey } from './price-key.ts';
import type { Ticket } from './ticket.ts';
import { tickets } from './ticket.ts';

/** What is for sale of an event in one currency; amounts in minor units. */
export type Offers = { currency: string; available: number; lowest: number; highest: number };

type Group = {
  _id: { eventId: string; currency: string };
  available: number;
  lowest: string;
  highest: string;
};

const CURRENCY_LETTERS = 3;

/** The offers of these events among the tickets of `filter`, by event id; the currency with most tickets first. */
export async function offersOf(eventIds: string[], filter: object): Promise<Map<string, Offers[]>> {
  // Uses no field beyond the index `of_event`, unless the filter does.
  const groups = await tickets
    .aggregate<Group>([
      { $match: { $and: [filter, { eventId: { $in: eventIds } }] } },
      {
        $group: {
          _id: { eventId: '$eventId', currency: { $substrCP: ['$priceKey', 0, CURRENCY_LETTERS] } },
          available: { $sum: 1 },
          lowest: { $min: '$priceKey' },
          highest: { $max: '$priceKey' },
        },
      },
      { $sort: { available: -1, '_id.currency': 1 } },
    ])
    .toArray();
  const offers = new Map<string, Offers[]>();
  for (const { _id, available, lowest, highest } of groups)
    offers.set(_id.eventId, [
      ...(offers.get(_id.eventId) ?? []),
      {
        currency: _id.currency,
        available,
        lowest: readPriceKey(lowest).amount,
        highest: readPriceKey(highest).amount,
      },
    ]);
  return offers;
}

/** The offers of several events as those of one; the currency with most tickets first. */
export function mergeOffers(offers: Offers[]): Offers[] {
  const merged = new Map<string, Offers>();
  for (const offer of offers) {
    const other = merged.get(offer.currency) ?? offer;
    merged.set(offer.currency, {
      currency: offer.currency,
      available: offer.available + (other === offer ? 0 : other.available),
      lowest: Math.min(offer.lowest, other.lowest),
      highest: Math.max(offer.highest, other.highest),
    });
  }
  return [...merged.values()].sort((a, b) => b.available - a.available);
}

type Place = Pick<Ticket, 'eventAt' | 'eventId'>;

const CHUNK = 200;

/**
 * The next events that have tickets of `filter`, in the order of their dates, each once. Reads the index in chunks and
 * seeks past an event with more tickets than a chunk, so a page costs the same with any number of tickets.
 */
export async function eventsInOrder(
  filter: object,
  from: object,
  direction: 1 | -1,
  limit: number,
): Promise<{ _id: string; eventAt: Date }[]> {
  const found = new Map<string, Date>();
  let beyond = from;
  while (found.size < limit) {
    const chunk: Place[] = await tickets
      .find({ $and: [filter, beyond] }, { projection: { _id: 0, eventAt: 1, eventId: 1 } })
      .sort({ eventAt: direction, eventId: direction })
      .limit(CHUNK)
      .toArray();
    for (const { eventId, eventAt } of chunk) if (!found.has(eventId)) found.set(eventId, eventAt);
    const last = chunk.at(-1);
    if (!last || chunk.length < CHUNK) break;
    beyond = after(last, direction);
  }
  return [...found].slice(0, limit).map(([_id, eventAt]) => ({ _id, eventAt }));
}

function after({ eventAt, eventId }: Place, direction: 1 | -1) {
  const op = direction === 1 ? '$gt' : '$lt';
  return {
    eventAt: { [`${op}e`]: eventAt },
    $or: [{ eventAt: { [op]: eventAt } }, { eventAt, eventId: { [op]: eventId } }],
  };
}
