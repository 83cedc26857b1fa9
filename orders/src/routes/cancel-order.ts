import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { ForbiddenError, noFields, NotFoundError, pathId, requireUser, validate } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';
import { advance } from '../purchase.ts';

export function cancelOrder(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const buyer = requireUser(req);
    await validate(noFields, req);
    const id = pathId(req);
    if (!id) throw new NotFoundError('Order');
    const order = await changeOrder(
      id,
      { event: 'order:cancelled' },
      {
        check({ userId, status }) {
          if (userId !== buyer.id) throw new ForbiddenError('This order is not yours');
          if (status !== 'cancelled') advance(status, 'cancel');
        },
      },
    );
    if (order) outbox.flush(order);
    res.status(204).end();
  };
}
