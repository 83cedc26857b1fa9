import type { RequestHandler } from 'express';
import { text, validate } from '@ticketing/common';
import { suggest } from '../models/suggest.ts';
import type { Vocabulary } from '../models/vocabulary.ts';

const fields = { q: text({ name: 'q', max: 200 }) };

/** Events, venues and cities for what someone has typed so far. */
export function suggestRoute(vocabulary: Vocabulary): RequestHandler {
  return async (req, res) => {
    const { q } = await validate<{ q: string }>(fields, req, 'query');
    res.json(await suggest(vocabulary, q, new Date()));
  };
}
