import { pageTranslate } from '../../i18n/page.ts';
import { formatStart, formatVenue } from '../../lib/card.ts';
import { send } from '../../lib/http.ts';
import type { Suggestions } from '../../lib/types.ts';
import type { Option } from '../../ui/use-options.ts';

export type SuggestedEvent = Suggestions['events'][number];
export type Suggestion = { event: SuggestedEvent } | { venue: string } | { city: string };

/** Events, venues and cities for what someone has typed so far; none when the service does not answer. */
export async function readSuggestions(q: string, signal: AbortSignal): Promise<Option<Suggestion>[]> {
  const path = `/api/tickets/suggestions?${new URLSearchParams({ q })}`;
  const { data } = await send<Suggestions>('GET', path, undefined, { signal });
  if (!data) return [];
  const t = pageTranslate();
  const options: Omit<Option<Suggestion>, 'id'>[] = [
    ...data.events.map((event) => ({
      group: t('Events'),
      text: event.title,
      detail: `${formatStart(t, event)}, ${formatVenue(t, event)}`,
      value: { event },
    })),
    ...data.venues.map(({ name, city }) => ({
      group: t('Venues'),
      text: name,
      detail: city ?? '',
      value: { venue: name },
    })),
    ...data.cities.map(({ name }) => ({ group: t('Cities'), text: name, detail: '', value: { city: name } })),
  ];
  return options.map((option, index) => ({ ...option, id: `suggestion-${index}` }));
}
