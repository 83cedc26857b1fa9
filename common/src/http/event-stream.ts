import type { Request, Response } from 'express';
import { UnavailableError } from '../errors.ts';
import { currentUser } from '../session.ts';
import type { Revocations, User } from '../session.ts';

const HEARTBEAT_MS = 15_000;
const MAX_BUFFERED = 256 * 1024;

type Stream = { res: Response; user: User | undefined; wants: (item: unknown) => boolean };

/**
 * Open server-sent-event streams of this process (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * There is no replay: after every connect the client is told to `refetch`. A reader that falls 256 KiB behind is
 * disconnected; its browser connects again. A stream whose session is ended is closed.
 */
export interface EventStreams<T> {
  /** Makes this request a stream of the items that `wants` selects. Throws UnavailableError when there are too many. */
  open(req: Request, res: Response, wants?: (item: T) => boolean): void;
  /** Sends an item to every stream that wants it; `body` is made once, for those who are there. */
  send(item: T, id: string, body: (user: User | undefined) => object): void;
  readonly size: number;
  close(): Promise<void>;
}

export function eventStreams<T>(options: {
  event: string;
  max?: number;
  maxPerUser?: number;
  revocations: Pick<Revocations, 'onEnded'>;
}): EventStreams<T> {
  const { event, max = 500, maxPerUser = Infinity, revocations } = options;
  const streams = new Set<Stream>();

  const heartbeat = setInterval(() => {
    for (const { res } of streams) res.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  revocations.onEnded((isRevoked) => {
    for (const { res, user } of streams) if (user && isRevoked(user)) res.end();
  });

  return {
    open(req, res, wants = () => true) {
      const user = currentUser(req);
      const own = user ? [...streams].filter((stream) => stream.user?.id === user.id).length : 0;
      if (streams.size >= max || own >= maxPerUser)
        throw new UnavailableError('Too many open streams, please poll instead', 'too_many_streams');
      const stream: Stream = { res, user, wants: wants as (item: unknown) => boolean };
      streams.add(stream);
      res.on('close', () => streams.delete(stream));
      res.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      });
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
