'use client';

import { useSyncExternalStore } from 'react';

const KEY = 'encore:watched';
const CHANGED = 'encore:watched-changed';

function read(): string {
  try {
    return localStorage.getItem(KEY) ?? '[]';
  } catch {
    return '[]';
  }
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
  localStorage.setItem(KEY, JSON.stringify(isWatched ? [...others, id].slice(-20) : others));
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

/** The tickets that this browser watches until they are available again. The list never leaves the browser. */
export function useWatchedIds(): string[] {
  return parse(useSyncExternalStore(subscribe, read, () => '[]'));
}
