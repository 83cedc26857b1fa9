import type { Request, Response } from 'express';
import { UnavailableError } from '../errors.ts';
import { limitCounter } from '../metrics.ts';
import type { Revocations, User } from '../session.ts';
import { currentSession } from '../session.ts';
import { clientKey } from './client-address.ts';
import { excludeStream } from './request-metrics.ts';

const HEARTBEAT_MS = 15_000;
const MAX_BUFFERED = 256 * 1024;
const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** How long the browser of a stream that made room polls before it reconnects. */
const RECONNECT_LATER_MS = 30_000;

type Stream = {
  res: Response;
  user: User | undefined;
  /** See `clientKey`. */
  client: string;
  wants: (item: unknown) => boolean;
};

type Places = { max: number; maxPerUser: number; maxPerClient: number };

/**
 * The open server-sent event streams of this process (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * There is no replay: the first event of every connection is `refetch`. A client that falls 256 KiB behind is
 * disconnected; its browser reconnects. A stream closes when the session of its user ends or its token expires, and when
 * its client opens too many others: the newest of a client stay, because a page was just loaded there.
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
 * `event` is the name of the events. At most `max` streams are open at once, at most `maxPerUser` of a signed-in user, and
 * at most `maxPerClient` of a client address, which many visitors can share.
 */
export function eventStreams<T>(options: {
  event: string;
  max?: number;
  maxPerUser?: number;
  maxPerClient?: number;
  revocations: Pick<Revocations, 'onEnded'>;
}): EventStreams<T> {
  const { event, max = 500, maxPerUser = 20, maxPerClient = 100, revocations } = options;
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
      const client = clientKey(req.ip ?? '');
      const stream: Stream = { res, user, client, wants: wants as (item: unknown) => boolean };
      takePlace(streams, stream, { max, maxPerUser, maxPerClient });
      const closeAtExpiry =
        session && setTimeout(() => res.end(), Math.max(0, session.expiresAt * 1000 - Date.now())).unref();
      res.on('close', () => {
        clearTimeout(closeAtExpiry);
        streams.delete(stream);
      });
      excludeStream(res);
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

const countRefusal = limitCounter('event_streams');

/** Adds a stream, and ends the oldest of the same client if it has too many. Throws UnavailableError (503). */
function takePlace(streams: Set<Stream>, stream: Stream, { max, maxPerUser, maxPerClient }: Places): void {
  const { user, client } = stream;
  const others = [...streams];
  const ofUser = user ? others.filter((other) => other.user?.id === user.id).length : 0;
  const ofClient = others.filter((other) => other.client === client);
  const oldest = ofClient.length >= maxPerClient ? ofClient[0] : undefined;
  if (ofUser >= maxPerUser || (streams.size >= max && !oldest)) {
    countRefusal();
    throw new UnavailableError('Too many open streams, please poll instead', 'too_many_streams');
  }
  if (oldest) {
    streams.delete(oldest);
    oldest.res.end(`retry: ${RECONNECT_LATER_MS}\n\n`);
  }
  streams.add(stream);
}
