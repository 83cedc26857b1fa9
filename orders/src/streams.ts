import type { Request, Response } from 'express';
import type { EventBus, EventData, Logger, Revocations } from '@ticketing/common';
import { eventStreams, orderEvents, requireUser } from '@ticketing/common';
import type { Order } from './models/order.ts';
import { findOrder, publicOrder } from './models/order.ts';

export type OrderStreams = ReturnType<typeof orderStreams>;

/**
 * Streams a buyer's own orders as they change. Events carry no history, so a changed order is read from the database,
 * but only while its buyer is connected. Of several changes at once the buyer receives at least the last.
 */
export function orderStreams(bus: EventBus, revocations: Pick<Revocations, 'onEnded'>, log: Logger) {
  const streams = eventStreams<Order>({ event: 'order', maxPerUser: 5, revocations });
  /** Open streams by buyer. */
  const connected = new Map<string, number>();
  /** Orders being read, with whether they have changed again since the read started. */
  const reading = new Map<string, boolean>();

  async function send(id: string) {
    do {
      reading.set(id, false);
      const order = await findOrder(id);
      if (order) streams.send(order, `${order._id}:${order.version}`, () => publicOrder(order));
    } while (reading.get(id));
  }

  function whenOrderChanged({ id, userId }: EventData<'order:updated'>) {
    if (!connected.has(userId)) return;
    if (reading.has(id)) {
      reading.set(id, true);
      return;
    }
    send(id)
      .catch((err: unknown) => {
        log.warn({ err, orderId: id }, 'order change not streamed');
      })
      .finally(() => reading.delete(id));
  }

  for (const name of orderEvents) bus.observe(name, whenOrderChanged);

  return {
    open(req: Request, res: Response) {
      const { id } = requireUser(req);
      streams.open(req, res, (order) => order.userId === id);
      connected.set(id, (connected.get(id) ?? 0) + 1);
      res.on('close', () => {
        const left = (connected.get(id) ?? 1) - 1;
        if (left > 0) connected.set(id, left);
        else connected.delete(id);
      });
    },
    close: () => streams.close(),
  };
}
