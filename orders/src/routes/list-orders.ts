import type { RequestHandler } from 'express';
import type { Request } from 'express';
import { OrderStatus, requireUser, sendPage, ValidationError } from '@ticketing/common';
import { countOrders, findOrders, publicOrder } from '../models/order.ts';

const newestFirst = { field: 'createdAt', direction: -1 } as const;

export function listOrders(): RequestHandler {
  return async (req, res) => {
    const { id: userId } = requireUser(req);
    const statuses = readStatuses(req);
    const own = { userId, ...(statuses && { status: { $in: statuses } }) };
    await sendPage(req, res, {
      sort: newestFirst,
      find: (beyond, order, limit) => findOrders({ ...own, ...beyond }, order, limit),
      count: () => countOrders(own),
      show: publicOrder,
    });
  };
}

/** `?status=` holds one status, or several separated by commas. */
function readStatuses(req: Request): OrderStatus[] | undefined {
  const { status } = req.query;
  if (status === undefined) return undefined;
  const parsed = OrderStatus.array().safeParse(typeof status === 'string' ? status.split(',') : status);
  if (parsed.success) return parsed.data;
  throw new ValidationError([
    { field: 'status', message: `status must be one of ${OrderStatus.options.join(', ')}` },
  ]);
}
