'use client';

import { useCallback, useEffect, type RefObject } from 'react';
import { announce } from '../../lib/announce.ts';
import { readStored, removeStored, store } from '../../lib/user-storage.ts';

/**
 * Keeps what was typed, for this user in this tab only, over a sign-in, a lost connection and a closed form. The entry
 * code is never stored.
 */
export function useDraft(
  storageKey: string,
  form: RefObject<HTMLFormElement | null>,
  onRestored: () => void,
) {
  useEffect(() => {
    const draft = readStored<Record<string, string>>(storageKey);
    if (!draft || !form.current) return;
    for (const [name, value] of Object.entries(draft)) {
      const control = form.current.elements.namedItem(name);
      const isText =
        control instanceof HTMLInputElement ||
        control instanceof HTMLTextAreaElement ||
        control instanceof HTMLSelectElement;
      if (isText) control.value = value;
    }
    announce('We restored what you typed before, without the entry code.');
    onRestored();
    // Only when the form mounts.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a later change of the callback must not restore again
  }, [storageKey]);

  const save = useCallback(
    (values: Record<string, string>) =>
      store(storageKey, Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'secret'))),
    [storageKey],
  );
  const discard = useCallback(() => removeStored(storageKey), [storageKey]);
  return { save, discard };
}
