'use client';

import { useEffect, useRef } from 'react';
import { Combobox } from '../../ui/combobox.tsx';
import { readSuggestions, type SuggestedEvent, type Suggestion } from '../catalog/read-suggestions.ts';
import { DEFAULT_ZONE } from './listing-values.ts';
import { loadWallClock } from './start-time.ts';

/** Suggests events of the shop for the title, so that the ticket is listed beside the others of its event. */
export function EventSuggestions({ isNew }: { isNew: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  // The title belongs to another component, whose script must not grow.
  const findTitle = (marker: HTMLElement | null) => {
    input.current = marker?.ownerDocument.querySelector('#title') ?? null;
  };
  useEffect(() => {
    if (isNew && input.current?.form) startInOwnZone(input.current.form);
  }, [isNew]);
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

/** Most people sell tickets for places near them. An untouched form only: a draft or a copy has its own zone. */
function startInOwnZone(form: HTMLFormElement): void {
  const [title, zone] = ['title', 'timeZone'].map((name) => form.elements.namedItem(name));
  if (!(title instanceof HTMLInputElement && zone instanceof HTMLSelectElement)) return;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const isOffered = [...zone.options].some(({ value }) => value === timeZone);
  if (title.value === '' && zone.value === DEFAULT_ZONE && isOffered) zone.value = timeZone;
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
  form.dispatchEvent(new Event('input', { bubbles: true }));
}
