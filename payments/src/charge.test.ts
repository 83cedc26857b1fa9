import { OrderStatus, PaymentStatus } from '@ticketing/common';
import {
  nextStatus,
  afterCancel,
  afterCapture,
  afterConfirm,
  afterRefund,
  isConsistent,
  publishedEvent,
  applyIntent,
  charge,
  isInDoubt,
  reactToOrder,
  publicDeclineCode,
} from './charge.ts';
import type {
  AnswerKind,
  Charge,
  ChargeStatus,
  Decision,
  IntentStatus,
  RefundStatus,
  Step,
} from './charge.ts';

const statuses: ChargeStatus[] = ['none', ...PaymentStatus.options];
const intents: IntentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
];
const answers: AnswerKind[] = ['ok', 'declined', 'refused', 'failed', 'unknown'];

/** Every pair, with what `expected` says of it or undefined. */
function table<A extends string, B extends string, T>(
  rows: readonly A[],
  columns: readonly B[],
  expected: Partial<Record<A, Partial<Record<B, T>>>>,
): [A, B, T | undefined][] {
  return rows.flatMap((row) =>
    columns.map((column): [A, B, T | undefined] => [row, column, expected[row]?.[column]]),
  );
}

const voids = (reason: 'voided' | 'capture_failed' | 'amount_mismatch'): Decision => ({
  step: 'startVoid',
  reason,
});
const step = (name: Step): Decision => ({ step: name });
const freshKey: Decision = { note: 'freshKey' };

describe('the life of a charge', () => {
  const steps: Step[] = [
    ...(['open', 'attempt', 'decline', 'requireAction', 'authorize', 'startCapture', 'capture'] as const),
    ...(['startVoid', 'void', 'fail', 'startRefund', 'refund', 'compensate'] as const),
  ];
  const life: typeof charge = {
    none: { open: 'open', attempt: 'pending', compensate: 'refunding' },
    open: {
      attempt: 'pending',
      requireAction: 'requires_action',
      authorize: 'authorized',
      startVoid: 'voiding',
    },
    pending: {
      decline: 'open',
      requireAction: 'requires_action',
      authorize: 'authorized',
      startVoid: 'voiding',
    },
    requires_action: { decline: 'open', authorize: 'authorized', startVoid: 'voiding' },
    authorized: { startCapture: 'capturing', startVoid: 'voiding' },
    capturing: { capture: 'captured', startVoid: 'voiding' },
    captured: { startRefund: 'refunding' },
    voiding: { void: 'voided', fail: 'failed', capture: 'captured', startRefund: 'refunding' },
    voided: { compensate: 'refunding' },
    failed: { compensate: 'refunding' },
    refunding: { refund: 'refunded' },
    refunded: {},
  };

  it.each(table(statuses, steps, life))('%s, %s: %s', (status, name, expected) => {
    if (expected) expect(nextStatus(status, name)).toBe(expected);
    else expect(() => nextStatus(status, name)).toThrow(`A charge that is ${status} has no step ${name}`);
  });

  it.each(statuses.map((status) => [status] as const))('%s is told as the contract says', (status) => {
    const told: Partial<Record<ChargeStatus, string>> = {
      authorized: 'payment:authorized',
      captured: 'payment:created',
      voided: 'payment:failed',
      failed: 'payment:failed',
      refunded: 'payment:refunded',
    };
    expect(publishedEvent[status]).toBe(told[status]);
  });

  it('takes money only for a charge that was authorised, and gives it back only from one that may have been taken', () => {
    const into = (target: ChargeStatus) =>
      statuses.filter((status) => (Object.values(charge[status]) as string[]).includes(target));
    expect(into('capturing')).toEqual(['authorized']);
    expect(into('captured').sort()).toEqual(['capturing', 'voiding']);
    expect(into('refunding').sort()).toEqual(['captured', 'failed', 'none', 'voided', 'voiding']);
  });
});

describe('what the order asks of its charge', () => {
  const asked: Partial<Record<OrderStatus, Partial<Record<ChargeStatus, Decision>>>> = {
    'awaiting:payment': { authorized: step('startCapture') },
    cancelled: {
      open: voids('voided'),
      pending: { note: 'cancelRequested' },
      requires_action: voids('voided'),
      authorized: voids('voided'),
      captured: step('startRefund'),
    },
  };
  it.each(table(OrderStatus.options, statuses, asked))(
    'order %s, charge %s: %j',
    (order, status, expected) => {
      expect(reactToOrder(order, { status })).toEqual(expected);
    },
  );

  it('notes a cancellation once', () => {
    expect(reactToOrder('cancelled', { status: 'pending', cancelRequested: true })).toBeUndefined();
  });

  it('never captures another amount than the order’s', () => {
    expect(reactToOrder('awaiting:payment', { status: 'authorized', amountAgrees: false })).toEqual(
      voids('amount_mismatch'),
    );
  });

  it.each(table(OrderStatus.options, statuses, {}))(
    'order %s, charge %s: is a step of the table',
    (order, status) => {
      for (const amountAgrees of [true, false]) {
        const decision = reactToOrder(order, { status, amountAgrees });
        if (decision && 'step' in decision) expect(charge[status][decision.step]).toBeDefined();
      }
    },
  );
});

describe('what a retrieved PaymentIntent means', () => {
  const atRest = {
    requires_capture: step('authorize'),
    succeeded: step('authorize'),
    canceled: voids('voided'),
  };
  const means: Partial<Record<ChargeStatus, Partial<Record<IntentStatus, Decision>>>> = {
    pending: { ...atRest, requires_action: step('requireAction') },
    open: { ...atRest, requires_action: step('requireAction') },
    requires_action: {
      ...atRest,
      requires_payment_method: step('decline'),
      requires_confirmation: step('decline'),
    },
    capturing: { succeeded: step('capture'), canceled: voids('capture_failed') },
    voiding: { canceled: step('void'), succeeded: step('startRefund') },
  };
  it.each(table(statuses, intents, means))('charge %s, PaymentIntent %s: %j', (status, intent, expected) => {
    expect(applyIntent({ status, ...(status === 'voiding' && { reason: 'voided' }) }, intent)).toEqual(
      expected,
    );
  });

  it.each(table(['pending'], intents, {}))(
    'charge %s of a cancelled order, PaymentIntent %s: voided at most',
    (_, intent) => {
      const decision = applyIntent({ status: 'pending', cancelRequested: true }, intent);
      const isNews = ['requires_action', 'requires_capture', 'canceled', 'succeeded'].includes(intent);
      expect(decision).toEqual(isNews ? voids('voided') : undefined);
    },
  );

  it.each([
    ['voided', 'canceled', 'void'],
    ['voided', 'succeeded', 'startRefund'],
    ['capture_failed', 'canceled', 'fail'],
    ['capture_failed', 'succeeded', 'capture'],
    ['amount_mismatch', 'canceled', 'fail'],
    ['amount_mismatch', 'succeeded', 'startRefund'],
  ] as const)('voiding because %s, PaymentIntent %s: %s', (reason, intent, expected) => {
    expect(applyIntent({ status: 'voiding', reason }, intent)).toEqual({ step: expected });
  });

  it.each(table(statuses, intents, {}))(
    'charge %s, PaymentIntent %s: is a step of the table',
    (status, intent) => {
      const decision = applyIntent({ status }, intent);
      if (decision && 'step' in decision) expect(charge[status][decision.step]).toBeDefined();
    },
  );
});

describe('what an answer of Stripe means', () => {
  type Meaning = Partial<Record<AnswerKind, Partial<Record<IntentStatus, Decision>>>>;
  const authorized = { requires_capture: step('authorize'), succeeded: step('authorize') };
  const confirmed = { ...authorized, requires_action: step('requireAction'), canceled: voids('voided') };
  const waits = { requires_payment_method: step('decline'), requires_confirmation: step('decline') };
  const all = (decision: Decision) => Object.fromEntries(intents.map((intent) => [intent, decision]));
  const others = (decision: Decision, except: Partial<Record<IntentStatus, Decision>>) => ({
    ...all(decision),
    ...except,
  });
  const afterConfirmed: Meaning = {
    ok: { ...confirmed, ...waits },
    declined: all(step('decline')),
    refused: { ...confirmed, ...waits },
    failed: { ...confirmed, ...waits },
  };
  it.each(table(answers, intents, afterConfirmed))(
    'confirm %s, PaymentIntent %s: %j',
    (answer, intent, expected) => {
      expect(afterConfirm({ status: 'pending' }, answer, intent)).toEqual(expected);
    },
  );

  it.each(table(answers, intents, {}))(
    'confirm %s, PaymentIntent %s, order cancelled: voided',
    (answer, intent) => {
      const decision = afterConfirm({ status: 'pending', cancelRequested: true }, answer, intent);
      expect(decision).toEqual(answer === 'unknown' ? undefined : voids('voided'));
    },
  );

  const captured = { succeeded: step('capture'), canceled: voids('capture_failed') };
  const afterCaptured: Meaning = {
    ok: captured,
    declined: others(voids('capture_failed'), captured),
    refused: others(voids('capture_failed'), captured),
    failed: others(freshKey, captured),
  };
  it.each(table(answers, intents, afterCaptured))(
    'capture %s, PaymentIntent %s: %j',
    (answer, intent, expected) => {
      expect(afterCapture({ status: 'capturing' }, answer, intent)).toEqual(expected);
    },
  );

  const cancelled = { canceled: step('void'), succeeded: step('startRefund') };
  const afterCancelled: Meaning = {
    ok: cancelled,
    declined: others(freshKey, cancelled),
    refused: others(freshKey, cancelled),
    failed: others(freshKey, cancelled),
  };
  it.each(table(answers, intents, afterCancelled))(
    'cancel %s, PaymentIntent %s: %j',
    (answer, intent, expected) => {
      expect(afterCancel({ status: 'voiding', reason: 'voided' }, answer, intent)).toEqual(expected);
    },
  );

  it.each(answers.map((answer) => [answer] as const))(
    '%s, and the PaymentIntent cannot be retrieved',
    (answer) => {
      const pending: Charge = { status: 'pending' };
      const expected = isInDoubt(answer) || answer === 'unknown' ? undefined : step('decline');
      expect(afterConfirm(pending, answer, undefined)).toEqual(expected);
      expect(afterCapture({ status: 'capturing' }, answer, undefined)).toBeUndefined();
      expect(afterCancel({ status: 'voiding' }, answer, undefined)).toBeUndefined();
      expect(afterRefund(answer, undefined)).toBeUndefined();
    },
  );

  const refunds: RefundStatus[] = ['none', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'];
  const known: Partial<Record<RefundStatus, Decision>> = {
    succeeded: step('refund'),
    none: freshKey,
    failed: freshKey,
    canceled: freshKey,
  };
  const afterRefunded = { ok: known, declined: known, refused: known, failed: known };
  it.each(table(answers, refunds, afterRefunded))(
    'refund %s, known refund %s: %j',
    (answer, refund, expected) => {
      expect(afterRefund(answer, refund)).toEqual(expected);
    },
  );

  it.each(answers.map((answer) => [answer, ['refused', 'failed'].includes(answer)] as const))(
    'after %s the PaymentIntent is retrieved: %s',
    (answer, expected) => {
      expect(isInDoubt(answer)).toBe(expected);
    },
  );
});

describe('what the reconciler expects', () => {
  const withNothing: IntentStatus[] = ['canceled', 'requires_payment_method'];
  const taken: IntentStatus[] = ['succeeded'];
  const expected: Record<ChargeStatus, IntentStatus[]> = {
    none: withNothing,
    open: ['requires_payment_method', 'requires_confirmation'],
    pending: intents,
    requires_action: ['requires_action'],
    authorized: ['requires_capture'],
    capturing: intents,
    captured: taken,
    voiding: intents,
    voided: withNothing,
    failed: withNothing,
    refunding: taken,
    refunded: taken,
  };
  it.each(table(statuses, intents, {}))('charge %s, PaymentIntent %s', (status, intent) => {
    expect(isConsistent(status, intent)).toBe(expected[status].includes(intent));
  });
});

describe('what a buyer is told of a decline', () => {
  it.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card'])('keeps %s the bank’s secret', (code) => {
    expect(publicDeclineCode(code)).toBe('generic_decline');
  });
  it('says why where that helps', () => {
    expect(publicDeclineCode('insufficient_funds')).toBe('insufficient_funds');
  });
});
