import type { RequestHandler } from 'express';
import { noFields, NotFoundError, pathId, requireUser, validate } from '@ticketing/common';
import { deleteSearch, markSearchSeen } from '../models/saved-search.ts';

/** Applies `change` to one of the user's saved searches. */
function changeSearch(change: (userId: string, id: string) => Promise<boolean>): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    await validate(noFields, req);
    const id = pathId(req);
    if (!id || !(await change(user.id, id))) throw new NotFoundError('Saved search');
    res.status(204).end();
  };
}

export const deleteSearchRoute = () => changeSearch(deleteSearch);

/** Later lists count as new what is listed from now on. */
export const markSearchSeenRoute = () => changeSearch(markSearchSeen);
