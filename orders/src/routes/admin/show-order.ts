import type { RequestHandler } from 'express';
import { NotFoundError, pathId } from '@ticketing/common';
import { findOrder, publicOrder } from '../../models/order.ts';

/** Shows the order of any buyer, behind `operatorsOnly`. */
export function showOrderToOperators(): RequestHandler {
  return async (req, res) => {
    const id = pathId(req);
    const order = id && (await findOrder(id));
    if (!order) throw new NotFoundError('Order');
    res.json(publicOrder(order));
  };
}
