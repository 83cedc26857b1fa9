'use client';

import { useEffect, useEffectEvent, useRef } from 'react';
import { Combobox } from '../../ui/combobox.tsx';
import { readSuggestions, type SuggestedEvent, type Suggestion } from '../catalog/read-suggestions.ts';
import { followPlace } from './follow-place.ts';
import type { Values } from './listing-values.ts';
import { loadWallClock } from './start-time.ts';

export type FormStart = {
  /** Not an edit of a listing. */
  isNew: boolean;
  /** New, and neither a draft nor a copy. */
  isEmpty: boolean;
  /** Shows the values that an empty form starts with. */
  onStart: (values: Values) => void;
};

/**
 * Suggests events of the shop for the title, so that the ticket is listed beside the others of its event. With it loads what
 * sets the currency of a new listing.
 */
export function EventSuggestions({ isNew, isEmpty, onStart }: FormStart) {
  const input = useRef<HTMLInputElement>(null);
  const start = useEffectEvent(onStart);
  // The title belongs to another component, whose script must not grow.
  const findTitle = (marker: HTMLElement | null) => {
    input.current = marker?.ownerDocument.querySelector('#title') ?? null;
  };
  useEffect(() => {
    const form = input.current?.form;
    if (!isNew || !form) return undefined;
    return followPlace(form, isEmpty ? (values) => start(values) : undefined);
  }, [isNew, isEmpty]);
  function choose(suggestion: Suggestion) {
    const form = input.current?.form;
    if (form && 'event' in suggestion) void fill(form, suggestion.event);
  }
  return (
    <>
      <span hidden ref={findTitle} />
      <Combobox input={input} readOptions={readEvents} onChoose={choose} />
    </>
  );
}

async function readEvents(text: string, signal: AbortSignal) {
  return (await readSuggestions(text, signal)).filter(({ value }) => 'event' in value);
}

/** Fills in what all tickets of the event share. */
async function fill(form: HTMLFormElement, event: SuggestedEvent): Promise<void> {
  const { title, venue = '', city = '', startsAt, timeZone } = event;
  const values: Record<string, string> = { title, venue, city };
  if (startsAt && timeZone) {
    const { toLocalDateTime } = await loadWallClock();
    Object.assign(values, { timeZone, startsAt: toLocalDateTime(startsAt, timeZone) });
  }
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) control.value = value;
    // An event that was listed with another spelling of its zone.
    if (control instanceof HTMLSelectElement && control.value !== value)
      control.add(new Option(value, value, true, true));
  }
  for (const type of ['input', 'change']) form.dispatchEvent(new Event(type, { bubbles: true }));
}
