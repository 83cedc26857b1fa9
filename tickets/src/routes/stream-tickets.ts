import type { RequestHandler } from 'express';
import type { EventStreams } from '@ticketing/common';
import { isId, ValidationError } from '@ticketing/common';
import type { Ticket } from '../models/ticket.ts';

const MAX_IDS = 100;

/** Streams changes of the tickets in `?id`, or of all tickets. */
export function streamTickets(streams: EventStreams<Ticket>): RequestHandler {
  return (req, res) => {
    const { id } = req.query;
    const ids = typeof id === 'string' && id !== '' ? id.split(',') : [];
    if ((id !== undefined && typeof id !== 'string') || ids.length > MAX_IDS || !ids.every(isId))
      throw new ValidationError([
        { field: 'id', message: `id must be a list of up to ${MAX_IDS} ticket ids, separated by commas` },
      ]);
    const selected = new Set(ids);
    streams.open(req, res, (ticket) => selected.size === 0 || selected.has(ticket._id));
  };
}
