import { OrderStatus, PaymentStatus } from '@ticketing/common';
import { publicDeclineCode, refusalCode } from './answer-codes.ts';
import type { AnswerKind, Charge, ChargeStatus, Decision, IntentStatus, Step } from './charge.ts';
import {
  afterCancel,
  afterCapture,
  afterConfirm,
  applyIntent,
  charge,
  isConsistent,
  isInDoubt,
  nextStatus,
  publishedEvent,
  reactToOrder,
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

describe('the steps of a charge', () => {
  const steps = [
    ...(['open', 'attempt', 'decline', 'requireAction', 'authorize', 'startCapture', 'capture'] as const),
    ...(['startVoid', 'void', 'fail', 'startRefund', 'refund', 'compensate'] as const),
    'endRefund' as const,
  ] satisfies Step[];
  /** Each step: the statuses that allow it, and the one that follows. */
  const rules: Record<Exclude<Step, 'adjust'>, { from: ChargeStatus[]; to: ChargeStatus }> = {
    open: { from: ['none'], to: 'open' },
    attempt: { from: ['none', 'open'], to: 'pending' },
    decline: { from: ['pending', 'requires_action'], to: 'open' },
    requireAction: { from: ['open', 'pending'], to: 'requires_action' },
    authorize: { from: ['open', 'pending', 'requires_action'], to: 'authorized' },
    startCapture: { from: ['authorized'], to: 'capturing' },
    capture: { from: ['capturing', 'voiding'], to: 'captured' },
    startVoid: { from: ['open', 'pending', 'requires_action', 'authorized', 'capturing'], to: 'voiding' },
    void: { from: ['voiding'], to: 'voided' },
    fail: { from: ['voiding'], to: 'failed' },
    startRefund: { from: ['captured', 'voiding'], to: 'refunding' },
    refund: { from: ['refunding', 'captured'], to: 'refunded' },
    endRefund: { from: ['refunding'], to: 'captured' },
    compensate: { from: ['none', 'voided', 'failed'], to: 'refunding' },
  };
  const pairs = steps.flatMap((step) => statuses.map((status) => [step, status] as const));

  it.each(pairs)('%s is allowed or refused for a charge that is %s', (step, status) => {
    const { from, to } = rules[step];
    if (from.includes(status)) expect(nextStatus(status, step)).toBe(to);
    else expect(() => nextStatus(status, step)).toThrow(`A charge that is ${status} has no step ${step}`);
  });

  it.each(statuses)('adjust leaves a charge that is %s what it is, or is refused', (status) => {
    const isCaptured = status === 'captured' || status === 'refunded';
    if (isCaptured) expect(nextStatus(status, 'adjust')).toBe(status);
    else expect(() => nextStatus(status, 'adjust')).toThrow('has no step adjust');
  });

  it.each(statuses.map((status) => [status] as const))('%s publishes the event of the contract', (status) => {
    const expected: Partial<Record<ChargeStatus, string>> = {
      authorized: 'payment:authorized',
      captured: 'payment:created',
      voided: 'payment:failed',
      failed: 'payment:failed',
      refunded: 'payment:refunded',
    };
    expect(publishedEvent[status]).toBe(expected[status]);
  });

  it('captures only what was authorized, and refunds only what may have been captured', () => {
    const into = (target: ChargeStatus) =>
      statuses.filter((status) => (Object.values(charge[status]) as string[]).includes(target));
    expect(into('capturing')).toEqual(['authorized']);
    expect(into('captured').sort()).toEqual(['captured', 'capturing', 'refunding', 'voiding']);
    expect(into('refunding').sort()).toEqual(['captured', 'failed', 'none', 'voided', 'voiding']);
  });
});

describe('reactToOrder', () => {
  const reactions: Partial<Record<OrderStatus, Partial<Record<ChargeStatus, Decision>>>> = {
    'awaiting:payment': { authorized: step('startCapture') },
    cancelled: {
      open: voids('voided'),
      pending: { note: 'cancelRequested' },
      requires_action: voids('voided'),
      authorized: voids('voided'),
      captured: step('startRefund'),
    },
  };
  it.each(table(OrderStatus.options, statuses, reactions))(
    'order %s, charge %s: %j',
    (order, status, expected) => {
      expect(reactToOrder(order, { status })).toEqual(expected);
    },
  );

  it('notes the cancellation of a pending charge once', () => {
    expect(reactToOrder('cancelled', { status: 'pending', cancelRequested: true })).toBeUndefined();
  });

  it('never captures an amount that differs from the order', () => {
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

describe('applyIntent', () => {
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

describe('the answers of Stripe', () => {
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
    '%s changes nothing when the PaymentIntent cannot be retrieved',
    (answer) => {
      const pending: Charge = { status: 'pending' };
      const expected = isInDoubt(answer) || answer === 'unknown' ? undefined : step('decline');
      expect(afterConfirm(pending, answer, undefined)).toEqual(expected);
      expect(afterCapture({ status: 'capturing' }, answer, undefined)).toBeUndefined();
      expect(afterCancel({ status: 'voiding' }, answer, undefined)).toBeUndefined();
    },
  );

  it.each(answers.map((answer) => [answer, ['refused', 'failed'].includes(answer)] as const))(
    'isInDoubt after %s: %s',
    (answer, expected) => {
      expect(isInDoubt(answer)).toBe(expected);
    },
  );
});

describe('isConsistent', () => {
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

describe('publicDeclineCode', () => {
  it.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card'])('hides %s', (code) => {
    expect(publicDeclineCode(code)).toBe('generic_decline');
  });
  it('returns other codes unchanged', () => {
    expect(publicDeclineCode('insufficient_funds')).toBe('insufficient_funds');
  });
});

describe('a PaymentIntent that Stripe refuses', () => {
  it.each([
    [{ code: 'amount_too_small', param: 'amount' }, 'amount_too_small'],
    [{ code: 'amount_too_large', param: 'amount' }, 'amount_too_large'],
    [{ param: 'currency' }, 'currency_unavailable'],
    [{ code: 'parameter_invalid_empty', param: 'currency' }, 'currency_unavailable'],
    [{ code: 'account_invalid' }, 'payment_refused'],
    [{}, 'payment_refused'],
  ])('%j is answered with %s', (answer, code) => {
    expect(refusalCode(answer)).toBe(code);
  });
});
