'use client';

import { useEffect, useRef } from 'react';
import type { LiveMessage, StreamName } from './live.ts';
import { loadWhenIdle } from './load-when-idle.ts';

const GRACE_MS = 5_000;

/** Every page is complete without the streams, so their script loads after it. */
const loadStreams = loadWhenIdle(() => import('./live.ts'));

type Options<T> = {
  onChange: (data: T) => void;
  /** Changes may have been missed, so read again. Polling calls it too while the stream is disconnected. */
  onRefetch: () => void;
  pollMs: number;
  maxPollMs?: number;
  isEnabled?: boolean;
  /** False for lists: the server has just rendered them, and the stream brings every later change. */
  refetchesOnFirstConnect?: boolean;
};

/** Subscribes to the changes of one stream. Polls with backoff while it is disconnected, never in a hidden tab. */
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
    // Set before `subscribe` is called, which reports `up` at once when another component has opened the stream.
    const grace = setTimeout(() => poller.start(0), GRACE_MS);
    const onMessage = (message: LiveMessage) => {
      if (message.type === 'change') latest.current.onChange(message.data as T);
      else if (message.type === 'down') poller.start(pollMs);
      else if (message.type === 'up' || message.type === 'refetch') {
        poller.stop();
        clearTimeout(grace);
        read();
      }
    };
    let unsubscribe: (() => void) | undefined;
    let isGone = false;
    void loadStreams().then(({ subscribe }) => {
      if (!isGone) unsubscribe = subscribe(name, onMessage);
    });

    window.addEventListener('online', refetchIfVisible);
    document.addEventListener('visibilitychange', refetchIfVisible);
    return () => {
      clearTimeout(grace);
      clearTimeout(reading);
      poller.stop();
      isGone = true;
      unsubscribe?.();
      window.removeEventListener('online', refetchIfVisible);
      document.removeEventListener('visibilitychange', refetchIfVisible);
    };
  }, [name, isEnabled, pollMs, maxPollMs, refetchesOnFirstConnect]);
}

/** Calls `onPoll` with backoff until stopped. A second start is ignored: every failed connect starts it again. */
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
