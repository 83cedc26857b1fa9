import type { Logger } from 'pino';

const WINDOW_MS = 10_000;

type Count = { count: number; message: string; fields: object };
/** Of one logger: what it counted since the window opened. */
type Window = { counts: Map<string, Count>; timer: NodeJS.Timeout };

const windows = new WeakMap<Logger, Window>();

/**
 * Counts what happens too often for a line each, and logs each `key` once in 10 s: `message` with `fields` of the first
 * one, `count` and `seconds`. For what a flood can cause, which would fill the disk otherwise.
 */
export function countInLog(log: Logger, key: string, message: string, fields: object): void {
  const { counts } = windows.get(log) ?? openWindow(log);
  const counted = counts.get(key);
  if (counted) counted.count += 1;
  else counts.set(key, { count: 1, message, fields });
}

/** Logs what was counted so far. For the end of the process. */
export function flushLogCounts(log: Logger): void {
  const window = windows.get(log);
  if (!window) return;
  clearTimeout(window.timer);
  windows.delete(log);
  for (const { count, message, fields } of window.counts.values())
    log.warn({ ...fields, count, seconds: WINDOW_MS / 1_000 }, message);
}

function openWindow(log: Logger): Window {
  const timer = setTimeout(() => {
    flushLogCounts(log);
  }, WINDOW_MS).unref();
  const window = { counts: new Map<string, Count>(), timer };
  windows.set(log, window);
  return window;
}
