import type { RequestHandler } from 'express';
import type { Request } from 'express';
import {
  findPage,
  OrderStatus,
  readPage,
  requireUser,
  setPaginationHeaders,
  ValidationError,
} from '@ticketing/common';
import { countOrders, findOrders, publicOrder } from '../models/order.ts';

const newestFirst = { field: 'createdAt', direction: -1 } as const;

export function listOrders(): RequestHandler {
  return async (req, res) => {
    const { id: userId } = requireUser(req);
    const statuses = readStatuses(req);
    const page = readPage(req);
    const own = { userId, ...(statuses && { status: { $in: statuses } }) };
    const [found, total] = await Promise.all([
      findPage(newestFirst, page, (beyond, sort, limit) => findOrders({ ...own, ...beyond }, sort, limit)),
      countOrders(own),
    ]);
    setPaginationHeaders(req, res, { ...found, total });
    res.json(found.items.map(publicOrder));
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
