import type { RequestHandler } from 'express';
import { ForbiddenError, NotFoundError, pathId, requireUser } from '@ticketing/common';
import { findOrder, publicOrder } from '../models/order.ts';

export function showOrder(): RequestHandler {
  return async (req, res) => {
    const buyer = requireUser(req);
    const id = pathId(req);
    const order = id && (await findOrder(id));
    if (!order) throw new NotFoundError('Order');
    if (order.userId !== buyer.id) throw new ForbiddenError('This order is not yours');
    res.json(publicOrder(order));
  };
}
