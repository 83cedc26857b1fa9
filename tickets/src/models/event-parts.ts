import { listedEvents } from './listed-event.ts';
import { notOver } from './selection.ts';

/** A sitemap has at most 50,000 addresses (sitemaps.org). The ids are hashes, so parts differ by a few hundred only. */
const MAX_PART = 50_000;
const AIMED_PART = 45_000;
const DIGITS = 16;

/** The parts of all events, by how their ids begin; one part, without a beginning, while there are few. */
export async function listParts(aimed = AIMED_PART): Promise<string[]> {
  const count = await listedEvents.estimatedDocumentCount();
  let parts = [''];
  while (count / parts.length > aimed)
    parts = parts.flatMap((part) =>
      Array.from({ length: DIGITS }, (_, digit) => part + digit.toString(DIGITS)),
    );
  return parts;
}

/** The slugs of the events of a part that are neither over nor duplicates of others. */
export async function slugsOf(part: string, now: Date): Promise<string[]> {
  const range = { $gte: part, $lt: `${part}g` };
  const events = await listedEvents
    .find(
      { _id: range, ...notOver(now), mergedInto: { $exists: false } },
      { projection: { _id: 0, slug: 1 } },
    )
    .sort({ _id: 1 })
    .limit(MAX_PART)
    .toArray();
  return events.map(({ slug }) => slug);
}
