import { currencies, toStripeAmount } from '@ticketing/common';
import type { Intent, Snapshot, StoredOrder, StoredPayment, StoredTicket } from './snapshot.ts';
import { findViolations } from './snapshot.ts';

type Sale = { currency: string; amount: number; captured: number } & Partial<
  Pick<Intent, 'refunded' | 'lost'> & { returned: number }
>;

/** The shop after one sale: `amount` and `returned` in minor units, the others in the unit of Stripe's API. */
function afterSaleOf({ currency, amount, captured, returned = 0, refunded = 0, lost = 0 }: Sale): Snapshot {
  const ticket: StoredTicket = {
    ...{ _id: 't1', version: 3, status: 'sold', title: 'Evening of strings', amount },
    ...{ userId: 'seller', orderId: 'o1', reservationSeq: 1 },
  };
  const order: StoredOrder = {
    ...{ _id: 'o1', version: 3, status: 'complete', reason: null, userId: 'buyer', reservationSeq: 1 },
    ...{ expiresAt: new Date(0), ticket: { id: 't1', amount, currency }, history: [] },
  };
  const payment: StoredPayment = { _id: 'o1', version: 2, status: 'captured', refundedAmount: returned };
  const intent: Intent = {
    ...{ id: 'pi_1', metadata: { orderId: 'o1' }, status: 'succeeded', amount: captured, currency },
    ...{ captured, refunded, lost, captures: 1, holds: 1 },
  };
  const shop = { tickets: [ticket], replicas: [ticket], orders: [order], payments: [payment] };
  return { ...shop, ledger: [intent], deadLetters: [] };
}

describe('findViolations', () => {
  it.each([...currencies])(
    'accepts a sale in %s that was charged at Stripe exactly, and refuses one unit less',
    (currency, { minimum, maximum }) => {
      for (const amount of [minimum, maximum]) {
        const captured = toStripeAmount(amount, currency) ?? NaN;
        expect(findViolations(afterSaleOf({ currency, amount, captured }))).toEqual([]);
        expect(findViolations(afterSaleOf({ currency, amount, captured: captured - 1 }))).toEqual([
          expect.stringMatching(/^I2 complete order o1/),
        ]);
      }
    },
  );

  it.each([
    ['isk', 5_000, 500_000, 100, 10_000],
    ['ugx', 50_000, 5_000_000, 1_000, 100_000],
    ['mga', 2_000_000, 20_000, 500_000, 5_000],
    ['jpy', 1_200, 1_200, 200, 200],
    ['kwd', 12_340, 12_340, 1_230, 1_230],
    ['usd', 4_250, 4_250, 1_000, 1_000],
  ])(
    'accepts a refund of a part in %s, and refuses money at Stripe that the shop does not record',
    (currency, amount, captured, returned, refunded) => {
      const sale = { currency, amount, captured };
      expect(findViolations(afterSaleOf({ ...sale, returned, refunded }))).toEqual([]);
      expect(findViolations(afterSaleOf({ ...sale, returned, lost: refunded }))).toEqual([]);
      expect(findViolations(afterSaleOf({ ...sale, refunded }))).toHaveLength(1);
      expect(findViolations(afterSaleOf({ ...sale, returned }))).toHaveLength(1);
    },
  );
});
