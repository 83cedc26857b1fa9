import type { RequestHandler } from 'express';
import { requireUser } from '@ticketing/common';
import { publicSearch } from '../models/public-search.ts';
import { countNewTickets, findSearches } from '../models/saved-search.ts';
import type { Vocabulary } from '../models/vocabulary.ts';
import { expandExactly } from '../models/word-index.ts';

/** The user's saved searches, newest first, each with the number of tickets that are new. */
export function listSearches(vocabulary: Vocabulary): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    const expand = expandExactly(vocabulary);
    const searches = (await findSearches(user.id)).toReversed();
    res.json(
      await Promise.all(
        searches.map(async (search) => publicSearch(search, await countNewTickets(search, expand))),
      ),
    );
  };
}
