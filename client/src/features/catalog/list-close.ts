import type { Translate } from '../../i18n/translate.ts';
import type { Event } from '../../lib/types.ts';
import { listEvents, tryRead } from '../../server/api.ts';
import { toApiQuery, type Search } from './search.ts';
import { widen } from './widen.ts';

const SHOWN = 4;
const SECTIONS = 2;

export type Close = { title: string; search: Search; events: Event[]; query: string };

/** What is close to a search without a result, from its wider searches that find something. */
export async function listClose(t: Translate, search: Search): Promise<Close[]> {
  const read = await Promise.all(
    widen(t, search).map(async ({ title, search: wider }) => {
      const query = toApiQuery(wider, SHOWN);
      const page = await tryRead(listEvents(query));
      return { title, search: wider, events: page.ok ? page.value.items : [], query: String(query) };
    }),
  );
  return read.filter(({ events }) => events.length > 0).slice(0, SECTIONS);
}
