/**
 * One event stream per browser and kind, whatever the number of tabs: HTTP/1.1 allows six connections an origin.
 * The tab that holds the lock reads the stream and repeats every message to the others.
 */
import { areReadsStopped } from './http.ts';

export type StreamName = 'tickets' | 'orders';
export type LiveMessage =
  | { type: 'change'; data: unknown }
  | { type: 'refetch' }
  | { type: 'up' }
  | { type: 'down' }
  | { type: 'hello' };
type Listener = (message: LiveMessage) => void;

const RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;

class Hub {
  private listeners = new Set<Listener>();
  private channel: BroadcastChannel | undefined;
  private source: EventSource | undefined;
  private stop: AbortController | undefined;
  private retryMs = RETRY_MS;
  private readonly name: StreamName;
  private readonly eventName: string;
  isUp = false;

  constructor(name: StreamName, eventName: string) {
    this.name = name;
    this.eventName = eventName;
  }

  add(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    if (this.isUp) listener({ type: 'up' });
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.end();
    };
  }

  private start() {
    const stop = new AbortController();
    this.stop = stop;
    if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
      this.read(stop.signal);
      return;
    }
    this.channel = new BroadcastChannel(`encore:${this.name}`);
    this.channel.onmessage = ({ data }: MessageEvent<LiveMessage>) => {
      if (data.type === 'hello') {
        if (this.source && this.isUp) this.channel?.postMessage({ type: 'up' });
      } else this.tell(data);
    };
    this.channel.postMessage({ type: 'hello' } satisfies LiveMessage);
    void navigator.locks
      .request(`encore:${this.name}`, { signal: stop.signal }, () => {
        this.read(stop.signal);
        return new Promise<void>((release) =>
          stop.signal.addEventListener('abort', () => release(), { once: true }),
        );
      })
      .catch(() => undefined); // aborted while waiting: this tab no longer listens
  }

  private end() {
    this.stop?.abort();
    this.source?.close();
    this.source = undefined;
    this.channel?.close();
    this.channel = undefined;
    this.isUp = false;
  }

  /** Closes the stream, if this tab reads it, and tries again later. */
  drop() {
    if (!this.source || !this.stop) return;
    this.source.close();
    this.repeat({ type: 'down' });
    this.readLater(this.stop.signal);
  }

  private read(signal: AbortSignal) {
    if (signal.aborted) return;
    if (areReadsStopped()) return this.readLater(signal);
    const source = new EventSource(`/api/${this.name}/stream`);
    this.source = source;
    source.onopen = () => {
      this.retryMs = RETRY_MS;
      this.repeat({ type: 'up' });
    };
    source.addEventListener('refetch', () => this.repeat({ type: 'refetch' }));
    source.addEventListener(this.eventName, ({ data }: MessageEvent<string>) => {
      try {
        this.repeat({ type: 'change', data: JSON.parse(data) as unknown });
      } catch {
        this.repeat({ type: 'refetch' });
      }
    });
    source.onerror = () => {
      this.repeat({ type: 'down' });
      // A refusal (503, 401) closes the source for good; the browser only retries lost connections.
      if (source.readyState === EventSource.CLOSED) this.readLater(signal);
    };
  }

  private readLater(signal: AbortSignal) {
    const timer = setTimeout(() => this.read(signal), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, MAX_RETRY_MS);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  private repeat(message: LiveMessage) {
    this.channel?.postMessage(message);
    this.tell(message);
  }

  private tell(message: LiveMessage) {
    if (message.type === 'up') this.isUp = true;
    if (message.type === 'down') this.isUp = false;
    for (const listener of this.listeners) listener(message);
  }
}

let hubs: Record<StreamName, Hub> | undefined;

export function listen(name: StreamName, listener: Listener): () => void {
  if (typeof EventSource === 'undefined') return () => undefined;
  hubs ??= { tickets: new Hub('tickets', 'ticket'), orders: new Hub('orders', 'order') };
  return hubs[name].add(listener);
}

/** Closes the streams of this tab; each is tried again later, once reads are allowed. */
export function dropStreams(): void {
  for (const hub of Object.values(hubs ?? {})) hub.drop();
}
