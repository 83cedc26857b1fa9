import type { Change } from './change.ts';
import { StripeError } from './errors.ts';
import { authenticate, cancel, capture, confirm, create } from './intents.ts';
import type { Charge, Intent, IntentStatus } from './objects.ts';

type Operation = 'confirm' | 'decline' | 'challenge' | 'approve' | 'fail' | 'capture' | 'cancel';

const bankUrl = (id: string) => `http://bank.test/${id}`;
const operations: Record<Operation, (intent: Intent, charge?: Charge) => Change> = {
  confirm: (intent) => confirm(intent, { card: 'visa' }, bankUrl),
  decline: (intent) => confirm(intent, { card: 'chargeDeclined' }, bankUrl),
  challenge: (intent) => confirm(intent, { card: 'threeDSecure2Required' }, bankUrl),
  approve: (intent) => authenticate(intent, true),
  fail: (intent) => authenticate(intent, false),
  capture: (intent, charge) => capture(intent, charge),
  cancel: (intent, charge) => cancel(intent, charge, null),
};

/** The status after each operation; an operation that is not listed fails. */
const beforeAuthorization: Partial<Record<Operation, IntentStatus>> = {
  confirm: 'requires_capture',
  decline: 'requires_payment_method',
  challenge: 'requires_action',
  cancel: 'canceled',
};
const nextStatus: Record<IntentStatus, Partial<Record<Operation, IntentStatus>>> = {
  requires_payment_method: beforeAuthorization,
  requires_confirmation: beforeAuthorization,
  requires_action: { ...beforeAuthorization, approve: 'requires_capture', fail: 'requires_payment_method' },
  requires_capture: { capture: 'succeeded', cancel: 'canceled' },
  processing: { cancel: 'canceled' },
  succeeded: {},
  canceled: {},
};

function anIntent(status: IntentStatus): { intent: Intent; charge?: Charge } {
  const params = { amount: 1999, currency: 'usd', capture_method: 'manual', metadata: {} } as const;
  const { intent } = create(params, status === 'requires_confirmation' ? { card: 'visa' } : {});
  if (status === 'requires_action') return operations.challenge(intent);
  const authorized = operations.confirm(intent);
  if (status === 'requires_capture') return authorized;
  if (status === 'succeeded') return operations.capture(authorized.intent, authorized.charge);
  if (status === 'canceled') return operations.cancel(authorized.intent, authorized.charge);
  return { intent: { ...intent, status } };
}

const cases = (Object.keys(nextStatus) as IntentStatus[]).flatMap((status) =>
  (Object.keys(operations) as Operation[]).map(
    (operation) => [operation, status, nextStatus[status][operation] ?? 'an error'] as const,
  ),
);

describe('a PaymentIntent', () => {
  it.each(cases)('%s in status %s results in %s', (operation, status, expected) => {
    const { intent, charge } = anIntent(status);
    const before = structuredClone(intent);

    const run = () => operations[operation](intent, charge);

    if (expected === 'an error') {
      expect(run).toThrow(
        expect.objectContaining({
          status: 400,
          body: expect.objectContaining({ code: 'payment_intent_unexpected_state' }) as unknown,
        }),
      );
    } else {
      expect(run().intent.status).toBe(expected);
    }
    expect(intent).toEqual(before);
  });

  it('is captured on confirm when capture_method is automatic', () => {
    const params = { amount: 1999, currency: 'usd', capture_method: 'automatic', metadata: {} } as const;

    const { intent, charge, events } = operations.confirm(create(params, {}).intent);

    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1999, amount_capturable: 0 });
    expect(charge).toMatchObject({ captured: true, amount_captured: 1999 });
    expect(events.map(([type]) => type)).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
  });

  it('has no capturable amount and a voided charge after a cancel', () => {
    const authorized = anIntent('requires_capture');

    const { intent, charge } = operations.cancel(authorized.intent, authorized.charge);

    expect(intent).toMatchObject({
      amount_capturable: 0,
      amount_received: 0,
      canceled_at: expect.any(Number) as number,
    });
    expect(charge).toMatchObject({ captured: false, refunded: true });
  });

  it.each([
    [49, 'usd', 'amount_too_small'],
    [29, 'gbp', 'amount_too_small'],
    [17_499, 'huf', 'amount_too_small'],
    [49, 'jpy', 'amount_too_small'],
    [5000, 'isk', 'amount_too_small'],
    [150, 'ugx', 'invalid_charge_amount'],
    [500_050, 'isk', 'invalid_charge_amount'],
    [12_345, 'kwd', 'invalid_charge_amount'],
    [100_000_000, 'usd', 'amount_too_large'],
    [100_000_000, 'jpy', 'amount_too_large'],
    [1_000_000_000_000, 'idr', 'amount_too_large'],
  ])('cannot be created for %d %s, in the unit of the API: %s', (amount, currency, code) => {
    const createIntent = () => create({ amount, currency, capture_method: 'manual', metadata: {} }, {});

    expect(createIntent).toThrow(StripeError);
    expect(createIntent).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ code, param: 'amount' }) as unknown }),
    );
  });
});
