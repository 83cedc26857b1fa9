'use client';

import { useEffect, useRef } from 'react';
import { listen, type StreamName } from './live.ts';

const GRACE_MS = 5_000;

type Options<T> = {
  onChange: (data: T) => void;
  /** Something may have been missed: read again. Also called by the poll while the stream is away. */
  onRefetch: () => void;
  pollMs: number;
  maxPollMs?: number;
  isOn?: boolean;
  /** Lists leave the first reading out: theirs is a second old, and any later change arrives. */
  readsAtStart?: boolean;
};

/** Live changes of one stream; polls with backoff while it is away, never in a hidden tab. */
export function useLive<T>(
  name: StreamName,
  { onChange, onRefetch, pollMs, maxPollMs = pollMs, isOn = true, readsAtStart = true }: Options<T>,
) {
  const latest = useRef({ onChange, onRefetch });
  useEffect(() => {
    latest.current = { onChange, onRefetch };
  });

  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading: ReturnType<typeof setTimeout> | undefined;
    let isStarting = true;

    // `up` and `refetch` come together after a connect: one reading covers both.
    const read = () => {
      clearTimeout(reading);
      reading = setTimeout(() => {
        if (readsAtStart || !isStarting) latest.current.onRefetch();
        isStarting = false;
      }, 100);
    };
    let isPolling = false;
    const pollAfter = (delayMs: number) => {
      timer = setTimeout(() => {
        if (document.visibilityState === 'visible') latest.current.onRefetch();
        pollAfter(Math.min(Math.max(delayMs * 1.5, pollMs), maxPollMs));
      }, delayMs);
    };
    // Every failed attempt to connect says `down` again: that must not put the next reading off.
    const startPolling = (delayMs: number) => {
      if (isPolling) return;
      isPolling = true;
      clearTimeout(timer);
      pollAfter(delayMs);
    };
    const unlisten = listen(name, (message) => {
      if (message.type === 'change') latest.current.onChange(message.data as T);
      else if (message.type === 'down') startPolling(pollMs);
      else if (message.type === 'up' || message.type === 'refetch') {
        isPolling = false;
        clearTimeout(timer);
        read();
      }
    });
    timer = setTimeout(() => startPolling(0), GRACE_MS);

    const onReturn = () => {
      if (document.visibilityState === 'visible') latest.current.onRefetch();
    };
    window.addEventListener('online', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      clearTimeout(timer);
      clearTimeout(reading);
      unlisten();
      window.removeEventListener('online', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, [name, isOn, pollMs, maxPollMs, readsAtStart]);
}
