'use client';

import { useRouter } from 'next/navigation';
import type { RefObject } from 'react';
import { useTranslate } from '#use-translate';
import { eventPath } from '../../lib/paths.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { readSuggestions, type Suggestion } from './read-suggestions.ts';

/** Suggestions in the search field: an event leads to its page, a venue and a city become the search. */
export function Suggestions({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const t = useTranslate();
  const router = useRouter();
  function choose(suggestion: Suggestion) {
    if ('event' in suggestion) router.push(t.path(eventPath(suggestion.event.slug)));
    else if (input.current) search(input.current, suggestion);
  }
  return <Combobox input={input} readOptions={readSuggestions} onChoose={choose} />;
}

/** Sends the form, so that the other filters stay. */
function search(field: HTMLInputElement, suggestion: { venue: string } | { city: string }) {
  const city = field.form?.elements.namedItem('city');
  if ('venue' in suggestion) field.value = suggestion.venue;
  else if (city instanceof HTMLInputElement) {
    field.value = '';
    city.value = suggestion.city;
  }
  field.form?.requestSubmit();
}
