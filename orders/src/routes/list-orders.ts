import {
  findPage,
  OrderStatus,
  setPaginationHeaders,
  readPage,
  requireUser,
  ValidationError,
} from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { Request } from 'express';
import { countOrders, findOrders, publicOrder } from '../models/order.ts';

const newestFirst = { field: 'createdAt', direction: -1 } as const;

export function listOrders(): RequestHandler {
  return async (req, res) => {
    const { id: userId } = requireUser(req);
    const statuses = readStatuses(req);
    const asked = readPage(req);
    const own = { userId, ...(statuses && { status: { $in: statuses } }) };
    const [page, total] = await Promise.all([
      findPage(newestFirst, asked, (beyond, sort, limit) => findOrders({ ...own, ...beyond }, sort, limit)),
      countOrders(own),
    ]);
    setPaginationHeaders(req, res, { ...page, total });
    res.json(page.items.map(publicOrder));
  };
}

/** `?status=` holds one status or several with commas. */
function readStatuses(req: Request): OrderStatus[] | undefined {
  const { status } = req.query;
  if (status === undefined) return undefined;
  const parsed = OrderStatus.array().safeParse(typeof status === 'string' ? status.split(',') : status);
  if (parsed.success) return parsed.data;
  throw new ValidationError([
    { field: 'status', message: `status must be one of ${OrderStatus.options.join(', ')}` },
  ]);
}
