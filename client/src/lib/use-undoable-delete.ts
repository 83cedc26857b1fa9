'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { pageTranslate } from '../i18n/page.ts';
import { messages } from '../i18n/translate.ts';
import { announce } from './announce.ts';
import { send } from './http.ts';
import type { FieldError } from './types.ts';

export const UNDO_MS = 8_000;

type State = { state: 'idle' | 'undoable' | 'sending'; errors: FieldError[] };
export type Announcements = { started: string; undone: string; done: string };

export const releaseAnnouncements: Announcements = messages({
  started: 'Releasing the ticket. You can undo this for 8 seconds.',
  undone: 'Undone. The ticket is still reserved for you.',
  done: 'Released. The ticket is available to others.',
});

export const withdrawAnnouncements: Announcements = messages({
  started: 'Withdrawing the listing. You can undo this for 8 seconds.',
  undone: 'Undone. The listing is still for sale.',
  done: 'Withdrawn. No one can buy it any more.',
});

/** A DELETE that can be undone for eight seconds before it is sent. Leaving the page sends it at once. */
export function useUndoableDelete(path: string, announcements: Announcements, onDone: () => void) {
  const [current, setCurrent] = useState<State>({ state: 'idle', errors: [] });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<string>(undefined);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });

  const sendNow = useCallback(
    async (target: string) => {
      pending.current = undefined;
      setCurrent({ state: 'sending', errors: [] });
      const { ok, errors } = await send('DELETE', target, undefined, { keepalive: true });
      setCurrent({ state: 'idle', errors: ok ? [] : errors });
      if (!ok) return;
      announce(pageTranslate()(announcements.done));
      done.current();
    },
    [announcements],
  );

  useEffect(() => {
    const onLeave = () => {
      if (pending.current) void send('DELETE', pending.current, undefined, { keepalive: true });
      pending.current = undefined;
    };
    window.addEventListener('pagehide', onLeave);
    return () => {
      window.removeEventListener('pagehide', onLeave);
      clearTimeout(timer.current);
      onLeave();
    };
  }, []);

  const start = useCallback(() => {
    if (pending.current) return;
    pending.current = path;
    setCurrent({ state: 'undoable', errors: [] });
    announce(pageTranslate()(announcements.started));
    timer.current = setTimeout(() => void sendNow(path), UNDO_MS);
  }, [path, announcements, sendNow]);

  const undo = useCallback(() => {
    if (!pending.current) return;
    clearTimeout(timer.current);
    pending.current = undefined;
    setCurrent({ state: 'idle', errors: [] });
    announce(pageTranslate()(announcements.undone));
  }, [announcements]);

  return { ...current, start, undo };
}
