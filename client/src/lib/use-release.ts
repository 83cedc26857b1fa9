'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { announce } from './announce.ts';
import { send } from './http.ts';
import type { FieldError } from './types.ts';

export const UNDO_MS = 8_000;

type Release = { state: 'idle' | 'undoable' | 'sending'; errors: FieldError[] };

/** Releasing can be undone for eight seconds; only then is it sent, or at once when the page is left. */
export function useRelease(orderId: string | undefined, onReleased: () => void) {
  const [release, setRelease] = useState<Release>({ state: 'idle', errors: [] });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<string>(undefined);
  const released = useRef(onReleased);
  useEffect(() => {
    released.current = onReleased;
  });

  const sendNow = useCallback(async (id: string) => {
    pending.current = undefined;
    setRelease({ state: 'sending', errors: [] });
    const { ok, errors } = await send('DELETE', `/api/orders/${id}`, undefined, { keepalive: true });
    setRelease({ state: 'idle', errors: ok ? [] : errors });
    if (ok) {
      announce('Released. The ticket is free for others.');
      released.current();
    }
  }, []);

  useEffect(() => {
    const onLeave = () => {
      if (pending.current) void send('DELETE', `/api/orders/${pending.current}`, undefined, { keepalive: true });
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
    if (!orderId || pending.current) return;
    pending.current = orderId;
    setRelease({ state: 'undoable', errors: [] });
    announce('Releasing the ticket. You can undo this for 8 seconds.');
    timer.current = setTimeout(() => void sendNow(orderId), UNDO_MS);
  }, [orderId, sendNow]);

  const undo = useCallback(() => {
    clearTimeout(timer.current);
    pending.current = undefined;
    setRelease({ state: 'idle', errors: [] });
    announce('Undone. The ticket is still held for you.');
  }, []);

  return { ...release, start, undo };
}
