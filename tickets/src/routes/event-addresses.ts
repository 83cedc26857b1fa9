import type { RequestHandler } from 'express';
import { custom, validate } from '@ticketing/common';
import { listParts, slugsOf } from '../models/event-parts.ts';

/** One part of all events has no beginning of ids, so it needs a name. */
const ALL = 'all';

export function listEventParts(): RequestHandler {
  return async (_req, res) => {
    res.json((await listParts()).map((part) => part || ALL));
  };
}

const fields = {
  part: custom(
    (value) => typeof value === 'string' && (value === ALL || /^[0-9a-f]{1,4}$/.test(value)),
    'part must be the name of a part',
    (value) => (value === ALL ? '' : value),
  ),
};

/** The addresses of the events of one part, for a sitemap. */
export function listEventAddresses(): RequestHandler {
  return async (req, res) => {
    const { part } = await validate<{ part: string }>(fields, req, 'query');
    res.json(await slugsOf(part, new Date()));
  };
}
