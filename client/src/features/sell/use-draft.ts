'use client';

import { useCallback, useEffect, type RefObject } from 'react';
import { announce } from '../../lib/announce.ts';
import { readSessionStorage } from '../../lib/session-storage.ts';

/** Keeps what was typed, in this tab only, over a sign-in, a lost connection and a closed form. */
export function useDraft(
  storageKey: string,
  form: RefObject<HTMLFormElement | null>,
  onRestored: () => void,
) {
  useEffect(() => {
    const draft = readSessionStorage<Record<string, string>>(storageKey);
    if (!draft || !form.current) return;
    for (const [name, value] of Object.entries(draft)) {
      const control = form.current.elements.namedItem(name);
      const isText =
        control instanceof HTMLInputElement ||
        control instanceof HTMLTextAreaElement ||
        control instanceof HTMLSelectElement;
      if (isText) control.value = value;
    }
    announce('We restored what you typed before.');
    onRestored();
    // Only when the form mounts.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a later change of the callback must not restore again
  }, [storageKey]);

  const save = useCallback(
    (values: Record<string, string>) => sessionStorage.setItem(storageKey, JSON.stringify(values)),
    [storageKey],
  );
  const discard = useCallback(() => sessionStorage.removeItem(storageKey), [storageKey]);
  return { save, discard };
}
