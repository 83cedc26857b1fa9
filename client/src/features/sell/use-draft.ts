'use client';

import { useCallback, useEffect, type RefObject } from 'react';
import { announce } from '../../lib/announce.ts';
import { readKept } from '../../lib/kept.ts';

/** What was typed outlives a sign-in, a lost connection and a closed form, in this tab only. */
export function useDraft(slot: string, form: RefObject<HTMLFormElement | null>, onRestored: () => void) {
  useEffect(() => {
    const draft = readKept<Record<string, string>>(slot);
    if (!draft || !form.current) return;
    for (const [name, value] of Object.entries(draft)) {
      const control = form.current.elements.namedItem(name);
      const isText =
        control instanceof HTMLInputElement ||
        control instanceof HTMLTextAreaElement ||
        control instanceof HTMLSelectElement;
      if (isText) control.value = value;
    }
    announce('What you typed before is back in the form.');
    onRestored();
    // Once, when the form appears.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a later change of the callback must not restore again
  }, [slot]);

  const keep = useCallback(
    (values: Record<string, string>) => sessionStorage.setItem(slot, JSON.stringify(values)),
    [slot],
  );
  const forget = useCallback(() => sessionStorage.removeItem(slot), [slot]);
  return { keep, forget };
}
