import type { RequestHandler } from 'express';
import { NotFoundError, requireUser } from '@ticketing/common';
import { publicConduct } from '../models/seller.ts';
import { findUser } from '../models/user.ts';

/** Shows a seller how many refunds count, and how many may. */
export function showSelling(maxSellerRefunds: number): RequestHandler {
  return async (req, res) => {
    const { id } = requireUser(req);
    const user = await findUser({ _id: id });
    if (!user) throw new NotFoundError('User');
    res.json(publicConduct(user, maxSellerRefunds));
  };
}
