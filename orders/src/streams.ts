import { eventStreams, orderEvents, requireUser } from '@ticketing/common';
import type { EventBus, EventData, Logger, Revocations } from '@ticketing/common';
import type { Request, Response } from 'express';
import { findOrder, publicOrder } from './models/order.ts';
import type { Order } from './models/order.ts';

export type OrderStreams = ReturnType<typeof orderStreams>;

/**
 * Tells buyers of their own orders as they change. Events carry no history, so an order is read when its buyer is
 * listening, and only then; of several changes at once the reader gets at least the last.
 */
export function orderStreams(bus: EventBus, revocations: Pick<Revocations, 'onEnded'>, log: Logger) {
  const streams = eventStreams<Order>({ event: 'order', maxPerUser: 5, revocations });
  const listening = new Map<string, number>();
  /** Orders that are being read, and whether they changed again meanwhile. */
  const reading = new Map<string, boolean>();

  async function tell(id: string) {
    do {
      reading.set(id, false);
      const order = await findOrder(id);
      if (order) streams.send(order, `${order._id}:${order.version}`, () => publicOrder(order));
    } while (reading.get(id));
  }

  function whenOrderChanged({ id, userId }: EventData<'order:updated'>) {
    if (!listening.has(userId)) return;
    if (reading.has(id)) {
      reading.set(id, true);
      return;
    }
    tell(id)
      .catch((err: unknown) => {
        log.warn({ err, orderId: id }, 'a change of an order was not streamed');
      })
      .finally(() => reading.delete(id));
  }

  for (const name of orderEvents) bus.observe(name, whenOrderChanged);

  return {
    open(req: Request, res: Response) {
      const { id } = requireUser(req);
      streams.open(req, res, (order) => order.userId === id);
      listening.set(id, (listening.get(id) ?? 0) + 1);
      res.on('close', () => {
        const left = (listening.get(id) ?? 1) - 1;
        if (left > 0) listening.set(id, left);
        else listening.delete(id);
      });
    },
    close: () => streams.close(),
  };
}
