/**
 * One event stream per browser and kind, for any number of tabs, because HTTP/1.1 allows six connections per origin.
 * The tab with the Web Lock reads the stream and broadcasts every message to the others.
 */
import { areReadsPaused } from './http.ts';

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

class SharedStream {
  private listeners = new Set<Listener>();
  private channel: BroadcastChannel | undefined;
  private source: EventSource | undefined;
  private stop: AbortController | undefined;
  private retryMs = RETRY_MS;
  private readonly name: StreamName;
  private readonly eventName: string;
  /** Of one user: the stream of another user has other orders. */
  private readonly lockName: string;
  isUp = false;

  constructor(name: StreamName, eventName: string) {
    this.name = name;
    this.eventName = eventName;
    this.lockName = `encore:${document.documentElement.dataset.user ?? 'anonymous'}:${name}`;
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    if (this.isUp) listener({ type: 'up' });
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  private start() {
    const stop = new AbortController();
    this.stop = stop;
    if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
      this.connect(stop.signal);
      return;
    }
    this.channel = new BroadcastChannel(this.lockName);
    this.channel.onmessage = ({ data }: MessageEvent<LiveMessage>) => {
      if (data.type === 'hello') {
        if (this.source && this.isUp) this.channel?.postMessage({ type: 'up' });
      } else this.notify(data);
    };
    this.channel.postMessage({ type: 'hello' } satisfies LiveMessage);
    void navigator.locks
      .request(this.lockName, { signal: stop.signal }, () => {
        this.connect(stop.signal);
        return new Promise<void>((release) =>
          stop.signal.addEventListener('abort', () => release(), { once: true }),
        );
      })
      .catch(() => undefined); // aborted while waiting for the lock
  }

  private close() {
    this.stop?.abort();
    this.source?.close();
    this.source = undefined;
    this.channel?.close();
    this.channel = undefined;
    this.isUp = false;
  }

  /** Closes the stream, if this tab reads it, and reconnects later. */
  disconnect() {
    if (!this.source || !this.stop) return;
    this.source.close();
    this.broadcast({ type: 'down' });
    this.reconnectLater(this.stop.signal);
  }

  private connect(signal: AbortSignal) {
    if (signal.aborted) return;
    if (areReadsPaused()) return this.reconnectLater(signal);
    const source = new EventSource(`/api/${this.name}/stream`);
    this.source = source;
    source.onopen = () => {
      this.retryMs = RETRY_MS;
      this.broadcast({ type: 'up' });
    };
    source.addEventListener('refetch', () => this.broadcast({ type: 'refetch' }));
    source.addEventListener(this.eventName, ({ data }: MessageEvent<string>) => {
      try {
        this.broadcast({ type: 'change', data: JSON.parse(data) as unknown });
      } catch {
        this.broadcast({ type: 'refetch' });
      }
    });
    source.onerror = () => {
      this.broadcast({ type: 'down' });
      // An error status (503, 401) closes the source for good; the browser only retries lost connections.
      if (source.readyState === EventSource.CLOSED) this.reconnectLater(signal);
    };
  }

  private reconnectLater(signal: AbortSignal) {
    const timer = setTimeout(() => this.connect(signal), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, MAX_RETRY_MS);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  private broadcast(message: LiveMessage) {
    this.channel?.postMessage(message);
    this.notify(message);
  }

  private notify(message: LiveMessage) {
    if (message.type === 'up') this.isUp = true;
    if (message.type === 'down') this.isUp = false;
    for (const listener of this.listeners) listener(message);
  }
}

let streams: Record<StreamName, SharedStream> | undefined;

export function subscribe(name: StreamName, listener: Listener): () => void {
  if (typeof EventSource === 'undefined') return () => undefined;
  streams ??= { tickets: new SharedStream('tickets', 'ticket'), orders: new SharedStream('orders', 'order') };
  return streams[name].subscribe(listener);
}

/** Closes the streams of this tab. They reconnect later, once reads are resumed. */
export function disconnectStreams(): void {
  for (const hub of Object.values(streams ?? {})) hub.disconnect();
}
