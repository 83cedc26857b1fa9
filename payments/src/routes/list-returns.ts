import type { RequestHandler } from 'express';
import { requireUser, sendPage } from '@ticketing/common';
import { countReturned, findReturned } from '../models/payment.ts';
import { sellerPayment } from '../models/public-payment.ts';

const newestFirst = { field: '_id', direction: -1 } as const;

/** The seller's sales of which money went back to the buyer, or that the buyer disputes: few among all sales. */
export function listReturns(): RequestHandler {
  return async (req, res) => {
    const { id: sellerId } = requireUser(req);
    await sendPage(req, res, {
      sort: newestFirst,
      find: (beyond, order, limit) => findReturned(sellerId, beyond, order, limit),
      count: () => countReturned(sellerId),
      show: sellerPayment,
    });
  };
}
