import { pageTranslate } from '../i18n/page.ts';
import { toast } from './announce.ts';
import type { FieldError } from './types.ts';

export type ApiResponse<T> = {
  status: number;
  ok: boolean;
  data: T | undefined;
  errors: FieldError[];
  requestId: string | undefined;
};

export function unreachable(): FieldError {
  const message = pageTranslate()('We couldn’t reach Encore. Check your connection and try again.');
  return { message, code: 'unreachable' };
}

/** The sentences for errors. They load with the first error, or after the page, because most pages show none. */
export const loadSentences = () => import('./error-sentences.ts');

/** The router answers within 10 s; a lost connection may never do. */
const TIMEOUT_MS = 10_000;
const SLOW_MS = 3_000;

const reading = new Set<AbortController>();
let isPaused = false;

/** Aborts the reads in flight and fails new ones until `resumeReads`. */
export function pauseReads(): void {
  isPaused = true;
  for (const read of reading) read.abort();
}

export function resumeReads(): void {
  isPaused = false;
}

export function areReadsPaused(): boolean {
  return isPaused;
}

/** A request from the browser to its own origin. Never throws: status 0 means that there was no response in time. */
export async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  options: { idempotencyKey?: string; keepalive?: boolean; signal?: AbortSignal } = {},
): Promise<ApiResponse<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  const request = new AbortController();
  options.signal?.addEventListener('abort', () => request.abort());
  const timer = setTimeout(() => request.abort(), TIMEOUT_MS);
  // The visitor waits for what they pressed, but not for a read in the background.
  const notice =
    method === 'GET'
      ? undefined
      : setTimeout(() => toast({ text: pageTranslate()('This is taking longer than usual.') }), SLOW_MS);
  if (method === 'GET') reading.add(request);
  if (method === 'GET' && isPaused) request.abort();
  try {
    const response = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      keepalive: options.keepalive ?? false,
      signal: request.signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = parse(text);
    const { status, ok } = response;
    if (ok) return { status, ok, data: parsed as T, errors: [], requestId: undefined };
    const { readErrors } = await loadSentences();
    return { status, ok, data: undefined, ...readErrors(pageTranslate(), parsed, status) };
  } catch {
    return { status: 0, ok: false, data: undefined, errors: [unreachable()], requestId: undefined };
  } finally {
    clearTimeout(timer);
    clearTimeout(notice);
    reading.delete(request);
  }
}

/** Whether the response is final: the request succeeded, or a retry would be rejected again. */
export function isFinal({ ok, status }: ApiResponse<unknown>): boolean {
  return ok || (status !== 0 && status !== 401 && status < 500);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An idempotency key. `crypto.randomUUID` does not exist on plain HTTP outside localhost. */
export function newIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
