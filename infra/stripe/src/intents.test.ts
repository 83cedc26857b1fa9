import { StripeError } from './errors.ts';
import { authenticate, cancel, capture, confirm, create } from './intents.ts';
import type { Change } from './intents.ts';
import type { Charge, Intent, IntentStatus } from './objects.ts';

type Step = 'confirm' | 'decline' | 'challenge' | 'approve' | 'fail' | 'capture' | 'cancel';

const bankUrl = (id: string) => `http://bank.test/${id}`;
const steps: Record<Step, (intent: Intent, charge?: Charge) => Change> = {
  confirm: (intent) => confirm(intent, { card: 'visa' }, bankUrl),
  decline: (intent) => confirm(intent, { card: 'chargeDeclined' }, bankUrl),
  challenge: (intent) => confirm(intent, { card: 'threeDSecure2Required' }, bankUrl),
  approve: (intent) => authenticate(intent, true),
  fail: (intent) => authenticate(intent, false),
  capture: (intent, charge) => capture(intent, charge),
  cancel: (intent, charge) => cancel(intent, charge, null),
};

/** The status that follows each step; what is not named is refused. */
const beforeHold: Partial<Record<Step, IntentStatus>> = {
  confirm: 'requires_capture',
  decline: 'requires_payment_method',
  challenge: 'requires_action',
  cancel: 'canceled',
};
const table: Record<IntentStatus, Partial<Record<Step, IntentStatus>>> = {
  requires_payment_method: beforeHold,
  requires_confirmation: beforeHold,
  requires_action: { ...beforeHold, approve: 'requires_capture', fail: 'requires_payment_method' },
  requires_capture: { capture: 'succeeded', cancel: 'canceled' },
  processing: { cancel: 'canceled' },
  succeeded: {},
  canceled: {},
};

function anIntent(status: IntentStatus): { intent: Intent; charge?: Charge } {
  const params = { amount: 1999, currency: 'usd', capture_method: 'manual', metadata: {} } as const;
  const { intent } = create(params, status === 'requires_confirmation' ? { card: 'visa' } : {});
  if (status === 'requires_action') return steps.challenge(intent);
  const held = steps.confirm(intent);
  if (status === 'requires_capture') return held;
  if (status === 'succeeded') return steps.capture(held.intent, held.charge);
  if (status === 'canceled') return steps.cancel(held.intent, held.charge);
  return { intent: { ...intent, status } };
}

const cases = (Object.keys(table) as IntentStatus[]).flatMap((status) =>
  (Object.keys(steps) as Step[]).map((step) => [step, status, table[status][step] ?? 'a refusal'] as const),
);

describe('the life of a PaymentIntent', () => {
  it.each(cases)('%s at %s gives %s', (step, status, expected) => {
    const { intent, charge } = anIntent(status);
    const before = structuredClone(intent);

    const outcome = () => steps[step](intent, charge);

    if (expected === 'a refusal') {
      expect(outcome).toThrow(
        expect.objectContaining({
          status: 400,
          body: expect.objectContaining({ code: 'payment_intent_unexpected_state' }) as unknown,
        }),
      );
    } else {
      expect(outcome().intent.status).toBe(expected);
    }
    expect(intent).toEqual(before);
  });

  it('takes the money at once when capture is automatic', () => {
    const params = { amount: 1999, currency: 'usd', capture_method: 'automatic', metadata: {} } as const;

    const { intent, charge, happened } = steps.confirm(create(params, {}).intent);

    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1999, amount_capturable: 0 });
    expect(charge).toMatchObject({ captured: true, amount_captured: 1999 });
    expect(happened.map(([type]) => type)).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
  });

  it('holds nothing after a cancel', () => {
    const held = anIntent('requires_capture');

    const { intent, charge } = steps.cancel(held.intent, held.charge);

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
    [100_000_000, 'usd', 'amount_too_large'],
  ])('refuses to charge %d %s: %s', (amount, currency, code) => {
    const make = () => create({ amount, currency, capture_method: 'manual', metadata: {} }, {});

    expect(make).toThrow(StripeError);
    expect(make).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ code, param: 'amount' }) as unknown }),
    );
  });
});
