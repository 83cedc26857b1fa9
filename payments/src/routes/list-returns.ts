import type { RequestHandler } from 'express';
import { findPage, readPage, requireUser, setPaginationHeaders } from '@ticketing/common';
import { countReturned, findReturned } from '../models/payment.ts';
import { sellerPayment } from '../models/public-payment.ts';

const newestFirst = { field: '_id', direction: -1 } as const;

/** The seller's sales of which money went back to the buyer, or that the buyer disputes: few among all sales. */
export function listReturns(): RequestHandler {
  return async (req, res) => {
    const { id: sellerId } = requireUser(req);
    const [found, total] = await Promise.all([
      findPage(newestFirst, readPage(req), (beyond, sort, limit) =>
        findReturned(sellerId, beyond, sort, limit),
      ),
      countReturned(sellerId),
    ]);
    setPaginationHeaders(req, res, { ...found, total });
    res.json(found.items.map(sellerPayment));
  };
}
