import type { Request, Response } from 'express';
import { UnavailableError } from '../errors.ts';
import type { Revocations, User } from '../session.ts';
import { currentSession } from '../session.ts';

const HEARTBEAT_MS = 15_000;
const MAX_BUFFERED = 256 * 1024;
const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

type Stream = { res: Response; user: User | undefined; wants: (item: unknown) => boolean };

/**
 * The open server-sent event streams of this process (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * There is no replay: the first event of every connection is `refetch`. A client that falls 256 KiB behind is
 * disconnected; its browser reconnects. A stream closes when the session of its user ends or its token expires.
 */
export interface EventStreams<T> {
  /**
   * Turns this request into a stream of the items that `wants` selects. A HEAD request gets the headers only, and takes
   * no place. Throws UnavailableError (503, `too_many_streams`) when this process or the user has too many streams.
   */
  open(req: Request, res: Response, wants?: (item: T) => boolean): void;
  /** Sends an item to every stream that wants it. `body` returns the event's data for the user of a stream. */
  send(item: T, id: string, body: (user: User | undefined) => object): void;
  readonly size: number;
  close(): Promise<void>;
}

/**
 * `event` is the name of the events. At most `max` streams are open at once, and at most `maxPerUser` of a signed-in user.
 */
export function eventStreams<T>(options: {
  event: string;
  max?: number;
  maxPerUser?: number;
  revocations: Pick<Revocations, 'onEnded'>;
}): EventStreams<T> {
  const { event, max = 500, maxPerUser = Infinity, revocations } = options;
  const streams = new Set<Stream>();

  const heartbeat = setInterval(() => {
    for (const { res } of streams) res.write(': heartbeat\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  revocations.onEnded((isRevoked) => {
    for (const { res, user } of streams) if (user && isRevoked(user)) res.end();
  });

  return {
    open(req, res, wants = () => true) {
      if (req.method === 'HEAD') {
        res.writeHead(200, streamHeaders).end();
        return;
      }
      const session = currentSession(req);
      const user = session?.user;
      const own = user ? [...streams].filter((stream) => stream.user?.id === user.id).length : 0;
      if (streams.size >= max || own >= maxPerUser)
        throw new UnavailableError('Too many open streams, please poll instead', 'too_many_streams');
      const stream: Stream = { res, user, wants: wants as (item: unknown) => boolean };
      streams.add(stream);
      const closeAtExpiry =
        session && setTimeout(() => res.end(), Math.max(0, session.expiresAt * 1000 - Date.now())).unref();
      res.on('close', () => {
        clearTimeout(closeAtExpiry);
        streams.delete(stream);
      });
      res.writeHead(200, streamHeaders);
      res.write('retry: 2000\nevent: refetch\ndata: {}\n\n');
    },
    send(item, id, body) {
      for (const { res, user, wants } of streams) {
        if (!wants(item)) continue;
        if (res.writableLength > MAX_BUFFERED) res.destroy();
        else res.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(body(user))}\n\n`);
      }
    },
    get size() {
      return streams.size;
    },
    close() {
      clearInterval(heartbeat);
      for (const { res } of streams) res.end();
      return Promise.resolve();
    },
  };
}
