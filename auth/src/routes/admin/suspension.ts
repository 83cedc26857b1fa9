import type { RequestHandler } from 'express';
import type { Logger, Operation, OperatorActionName } from '@ticketing/common';
import { ConflictError, operatorRoute } from '@ticketing/common';
import { liftSuspension } from '../../models/seller.ts';
import { restoreUser, suspendUser } from '../../models/suspension.ts';
import type { User } from '../../models/user.ts';
import type { Sessions } from '../../sessions.ts';
import { accountForOperators } from './accounts.ts';

type Deps = { sessions: Pick<Sessions, 'publishAllEnded'>; log: Logger; maxSellerRefunds: number };

export function suspendAccount(deps: Deps): RequestHandler {
  return changeAccount(deps, 'user_suspended', suspendUser);
}

export function restoreAccount(deps: Deps): RequestHandler {
  return changeAccount(deps, 'user_restored', restoreUser);
}

/** Lets a seller list tickets again who refunded too many sales. */
export function restoreSelling(deps: Deps): RequestHandler {
  return changeAccount(deps, 'selling_restored', async (id, by) => {
    const user = await liftSuspension(id, by);
    if (!user) throw new ConflictError('not_suspended', 'This seller is not suspended');
    return user;
  });
}

function changeAccount(
  { sessions, log, maxSellerRefunds }: Deps,
  action: OperatorActionName,
  change: (id: string, by: Operation) => Promise<User>,
): RequestHandler {
  return operatorRoute(action, {
    kind: 'User',
    log,
    async take(id, by) {
      const user = await change(id, by);
      // Also after a restoration, which ends no session: the ended ones stay ended.
      sessions.publishAllEnded(user);
      return user;
    },
    show: (user) => accountForOperators(user, maxSellerRefunds),
  });
}
