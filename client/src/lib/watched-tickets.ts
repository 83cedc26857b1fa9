'use client';

import { useSyncExternalStore } from 'react';
import { readText, store } from './user-storage.ts';

const NAME = 'watched';
const CHANGED = 'encore:watched-changed';

function read(): string {
  return readText(NAME, 'localStorage') ?? '[]';
}

function parse(text: string): string[] {
  try {
    const ids: unknown = JSON.parse(text);
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function readWatchedIds(): string[] {
  return parse(read());
}

export function setWatched(id: string, isWatched: boolean): void {
  const others = readWatchedIds().filter((other) => other !== id);
  store(NAME, isWatched ? [...others, id].slice(-20) : others, 'localStorage');
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void) {
  window.addEventListener(CHANGED, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener('storage', listener);
  };
}

/** The tickets that this user watches until they are available again. The list never leaves the browser. */
export function useWatchedIds(): string[] {
  return parse(useSyncExternalStore(subscribe, read, () => '[]'));
}
