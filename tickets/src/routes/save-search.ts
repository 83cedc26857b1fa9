import type { RequestHandler } from 'express';
import type { Field } from '@ticketing/common';
import { optional, requireUser, validate, ValidationError } from '@ticketing/common';
import { publicSearch } from '../models/public-search.ts';
import { countNewTickets, saveSearch } from '../models/saved-search.ts';
import type { Vocabulary } from '../models/vocabulary.ts';
import { expandExactly } from '../models/word-index.ts';
import { searchFields, toTicketQuery } from '../ticket-query.ts';

/** The parameters of the list of tickets are texts, also in JSON. */
const fields = Object.fromEntries(
  Object.entries(searchFields).map(([name, field]) => [name, optional(textOnly(name, field))]),
) as typeof searchFields;

function textOnly(name: string, field: Field): Field {
  return (value, all) =>
    typeof value === 'string' ? field(value, all) : { problem: `${name} must be text, as in a query` };
}

/** Saves a search for the user; the same one again is stored once. */
export function saveSearchRoute(vocabulary: Vocabulary): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    const { sort, ...selection } = toTicketQuery(await validate(fields, req));
    if (Object.keys(selection).length === 0)
      throw new ValidationError([{ message: 'A search needs a text or a filter to be saved' }]);
    const { search, isNew } = await saveSearch(user.id, { ...selection, ...(sort && { sort }) });
    const newTickets = isNew ? 0 : await countNewTickets(search, expandExactly(vocabulary));
    res.status(isNew ? 201 : 200).json(publicSearch(search, newTickets));
  };
}
