import type { RequestHandler } from 'express';
import { requireUser } from '@ticketing/common';
import type { OrderStreams } from '../streams.ts';

export function streamOrders(streams: OrderStreams): RequestHandler {
  return (req, res) => {
    requireUser(req);
    streams.open(req, res);
  };
}
