'use client';

import { useEffect, useRef } from 'react';
import { subscribe, type StreamName } from './live.ts';

const GRACE_MS = 5_000;

type Options<T> = {
  onChange: (data: T) => void;
  /** Something may have been missed: read again. Also called by the poll while the stream is away. */
  onRefetch: () => void;
  pollMs: number;
  maxPollMs?: number;
  isEnabled?: boolean;
  /** Lists leave the first reading out: theirs is a second old, and any later change arrives. */
  refetchesOnFirstConnect?: boolean;
};

/** Live changes of one stream; polls with backoff while it is away, never in a hidden tab. */
export function useLive<T>(
  name: StreamName,
  {
    onChange,
    onRefetch,
    pollMs,
    maxPollMs = pollMs,
    isEnabled = true,
    refetchesOnFirstConnect = true,
  }: Options<T>,
) {
  const latest = useRef({ onChange, onRefetch });
  useEffect(() => {
    latest.current = { onChange, onRefetch };
  });

  useEffect(() => {
    if (!isEnabled) return;
    const refetchIfVisible = () => {
      if (document.visibilityState === 'visible') latest.current.onRefetch();
    };
    const poller = createPoller(refetchIfVisible, pollMs, maxPollMs);
    let reading: ReturnType<typeof setTimeout> | undefined;
    let isStarting = true;

    // `up` and `refetch` arrive together after a connect: one read covers both.
    const read = () => {
      clearTimeout(reading);
      reading = setTimeout(() => {
        if (refetchesOnFirstConnect || !isStarting) latest.current.onRefetch();
        isStarting = false;
      }, 100);
    };
    // Set before `listen`, which reports `up` at once when another component has opened the stream.
    const grace = setTimeout(() => poller.start(0), GRACE_MS);
    const unlisten = subscribe(name, (message) => {
      if (message.type === 'change') latest.current.onChange(message.data as T);
      else if (message.type === 'down') poller.start(pollMs);
      else if (message.type === 'up' || message.type === 'refetch') {
        poller.stop();
        clearTimeout(grace);
        read();
      }
    });

    window.addEventListener('online', refetchIfVisible);
    document.addEventListener('visibilitychange', refetchIfVisible);
    return () => {
      clearTimeout(grace);
      clearTimeout(reading);
      poller.stop();
      unlisten();
      window.removeEventListener('online', refetchIfVisible);
      document.removeEventListener('visibilitychange', refetchIfVisible);
    };
  }, [name, isEnabled, pollMs, maxPollMs, refetchesOnFirstConnect]);
}

/** Calls `onPoll` with backoff between start and stop. A second start changes nothing: every failed connect asks for one. */
function createPoller(onPoll: () => void, pollMs: number, maxPollMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function pollAfter(delayMs: number) {
    timer = setTimeout(() => {
      onPoll();
      pollAfter(Math.min(Math.max(delayMs * 1.5, pollMs), maxPollMs));
    }, delayMs);
  }
  return {
    start(delayMs: number) {
      if (timer === undefined) pollAfter(delayMs);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
