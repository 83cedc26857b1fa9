'use client';

import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import { readStored, removeStored, store } from '../../lib/user-storage.ts';
import type { Values } from './listing-values.ts';
import { mergeValues } from './merge-values.ts';

/** What was typed, and the saved values that it started from. */
type Draft = { base: Values; typed: Values };

export function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries(new FormData(form)) as Values; // no field is a file
}

/** The entry code is never stored. */
function withoutCode(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'secret'));
}

function writeForm(form: HTMLFormElement, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements.namedItem(name);
    const isText =
      control instanceof HTMLInputElement ||
      control instanceof HTMLTextAreaElement ||
      control instanceof HTMLSelectElement;
    if (isText && control.type !== 'radio' && control.value !== value) control.value = value;
  }
}

type Options = {
  form: RefObject<HTMLFormElement | null>;
  /** The draft of this user in this tab. */
  storageKey: string;
  saved: Values;
  /** Changes with `saved`. */
  version: number | undefined;
  isShown: boolean;
};

/**
 * What is typed in the form. It outlives a sign-in, a lost connection, a closed form, a time in which the form is not
 * shown, and what another tab saves: `conflicts` are then the saved texts of the fields in which something else is typed.
 */
export function useTypedValues({ form, storageKey, saved, version, isShown }: Options) {
  const [typed, setTyped] = useState(saved);
  const [conflicts, setConflicts] = useState<Values>({});
  const [hasDraft, setHasDraft] = useState(false);
  // What the form has, before React renders it.
  const latest = useRef<Draft>({ base: saved, typed: saved });
  const isFilled = useRef(false);

  function show(values: Values) {
    latest.current.typed = values;
    setTyped(values);
    if (form.current) writeForm(form.current, values);
  }

  const merge = useEffectEvent(() => {
    if (!form.current) return;
    const draft = isFilled.current ? undefined : readStored<Draft>(storageKey);
    if (!isFilled.current) {
      // Something may have been typed before the page was hydrated.
      latest.current.typed = { ...valuesOf(form.current), ...draft?.typed };
      if (draft) latest.current.base = draft.base;
      isFilled.current = true;
    }
    const merged = mergeValues(latest.current.base, latest.current.typed, saved);
    latest.current.base = saved;
    setConflicts((last) => ({ ...last, ...merged.conflicts }));
    show(merged.values);
    if (draft) setHasDraft(Object.keys(draft.typed).some((name) => draft.typed[name] !== saved[name]));
  });
  useEffect(() => merge(), [version, isShown]);

  function save(values: Values) {
    const { base } = latest.current;
    latest.current.typed = { ...latest.current.typed, ...values };
    setTyped(latest.current.typed);
    store(storageKey, { base: withoutCode(base), typed: withoutCode(values) } satisfies Draft);
  }
  function discard() {
    removeStored(storageKey);
    setHasDraft(false);
  }
  return {
    typed,
    /** Shows values that the seller did not type, so they are no draft. */
    show: (values: Values) => show({ ...latest.current.typed, ...values }),
    conflicts: Object.entries(conflicts).filter(([name, text]) => text !== typed[name]),
    hasDraft,
    save,
    discard,
    /** Shows the saved values again. */
    reset: () => {
      discard();
      setConflicts({});
      show(saved);
    },
    accept: (name: string, text: string) => {
      show({ ...latest.current.typed, [name]: text });
      save(latest.current.typed);
    },
  };
}
