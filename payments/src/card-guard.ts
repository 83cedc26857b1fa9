import { clientNetwork, derivedKey, keyedHash, limitCounter, tooManyRequests } from '@ticketing/common';
import type { CardAttempt, CardLimit } from './card-limit.ts';
import { waitMs } from './card-limit.ts';
import { addDecline, readAttempts, releasePlace, takePlace } from './models/card-attempts.ts';
import type { Payment } from './models/payment.ts';

const hit = { account: limitCounter('declines_of_account'), network: limitCounter('declines_of_network') };

/** Who tries a card: the account, and the id of the network that `networkIds` returns. */
export type Payer = { userId: string; network: string };

/** What is known of a payer before a card is tried. */
export type Declines = { account: CardAttempt[]; network: CardAttempt[] };

/** An attempt that may count as a decline. `end` must follow; `isDecided` says whether its outcome is stored. */
export type CountedAttempt = { end(isDecided: boolean): Promise<void> };

/** Ends card testing: after too many declines, neither the account nor its network can try a card for a while. */
export interface CardGuard {
  /** The declines of the payer so far. */
  read(payer: Payer): Promise<Declines>;
  /**
   * Begins an attempt. Throws TooManyRequestsError (429, `card_attempts`) when the payer had too many declines. Someone
   * who tests cards tries many at once, so from the first decline or the second simultaneous attempt on, each takes a
   * place among the declines until its outcome is stored.
   */
  begin(payer: Payer, declines: Declines, id: string): Promise<CountedAttempt>;
  /** Counts the decline of the payment's current attempt, if it was one. */
  record(payment: Payment): Promise<void>;
}

/** LIMITS=off */
export const noCardGuard: CardGuard = {
  read: () => Promise.resolve({ account: [], network: [] }),
  begin: () => Promise.resolve({ end: () => Promise.resolve() }),
  record: () => Promise.resolve(),
};

export function cardGuard(limit: CardLimit, now: () => Date = () => new Date()): CardGuard {
  const windowMs = limit.seconds * 1_000;
  /** Accounts with an attempt in flight that took no place. */
  const inFlight = new Set<string>();

  function refuse(by: 'account' | 'network', leftMs: number): never {
    hit[by]();
    throw tooManyRequests('Too many cards were declined', {
      waitMs: leftMs,
      now: now().getTime(),
      code: 'card_attempts',
    });
  }

  function assertBelow(declines: Declines) {
    for (const by of ['account', 'network'] as const) {
      const leftMs = waitMs(declines[by], limit[by], windowMs, now());
      if (leftMs > 0) refuse(by, leftMs);
    }
  }

  async function begin(payer: Payer, declines: Declines, id: string): Promise<CountedAttempt> {
    assertBelow(declines);
    const { userId } = payer;
    const hasOther = inFlight.has(userId);
    if (declines.account.length === 0 && !hasOther) {
      inFlight.add(userId);
      return { end: () => Promise.resolve(void inFlight.delete(userId)) };
    }
    const [account] = idsOf(payer);
    const most = limit.account - (hasOther ? 1 : 0);
    if (!(await takePlace(account, { id, at: now() }, { most, windowMs }))) refuse('account', windowMs);
    return {
      async end(isDecided) {
        if (isDecided) await releasePlace(account, id).catch(() => undefined); // else when its window ends
      },
    };
  }

  return {
    async read(payer) {
      const [account = [], network = []] = await readAttempts(idsOf(payer));
      return { account, network };
    },
    begin,
    async record({ _id, order, attempt, attempts, since }) {
      const current = attempts.find(({ n }) => n === attempt);
      if (current?.outcome?.is !== 'declined') return;
      // The Payment Element has one attempt, which may be declined several times.
      const id = attempt === 0 ? `${_id}/0/${since.getTime()}` : attemptId(_id, attempt);
      const { network = '' } = current;
      const [ofAccount, ofNetwork] = idsOf({ userId: order.userId, network });
      await Promise.all([
        addDecline(ofAccount, { id, at: now() }, { most: limit.account, windowMs }),
        network && addDecline(ofNetwork, { id, at: now() }, { most: limit.network, windowMs }),
      ]);
    },
  };
}

export function attemptId(paymentId: string, n: number): string {
  return `${paymentId}/${n}`;
}

/** Returns a function from an IP address to the id under which attempts keep its network: a keyed hash. */
export function networkIds(stripeKey: string): (address: string) => string {
  const hash = keyedHash(derivedKey(stripeKey, 'networks of card attempts'));
  return (address) => hash(clientNetwork(address));
}

function idsOf({ userId, network }: Payer): [account: string, network: string] {
  return [`account:${userId}`, `network:${network}`];
}
