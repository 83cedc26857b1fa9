import type { Charge, Decision } from '../../payments/src/charge.ts';
import { nextStatus } from '../../payments/src/charge.ts';
import type { Rules } from './rules.ts';
import { rules } from './rules.ts';
import type { RuleChange, Run } from './run.ts';
import { ruleMutation } from './run.ts';

type ReactToOrder = Rules['payments']['reactToOrder'];

/** Rules of payments that return `result` for the state of an order where `when` is true. */
function reactToOrder(when: (...args: Parameters<ReactToOrder>) => boolean, result: Decision): RuleChange {
  return {
    payments: {
      reactToOrder: (order, charge) =>
        when(order, charge) ? result : rules.payments.reactToOrder(order, charge),
    },
  };
}

type ApplyIntent = Rules['payments']['applyIntent'];

/** Rules of payments that return `result` for a PaymentIntent where `when` is true. */
function applyIntent(when: (...args: Parameters<ApplyIntent>) => boolean, result: Decision): RuleChange {
  return {
    payments: {
      applyIntent: (charge, intent) =>
        when(charge, intent) ? result : rules.payments.applyIntent(charge, intent),
    },
  };
}

function withoutCancelRequest(charge: Charge): Charge {
  return { ...charge, cancelRequested: false };
}

function keepsCaptured(charge: Charge, intent: Parameters<ApplyIntent>[1]): Decision {
  if (charge.status === 'voiding' && intent === 'succeeded') return { step: 'void' };
  return rules.payments.applyIntent(charge, intent);
}

/** The rules of payments, changed in one place each. */
export const paymentMutations: Run[] = [
  ruleMutation(
    'payments: a cancellation voids nothing',
    'I3',
    reactToOrder((order) => order === 'cancelled', undefined),
  ),
  ruleMutation(
    'payments: a cancellation leaves an open PaymentIntent',
    'I7',
    reactToOrder((order, { status }) => order === 'cancelled' && status === 'open', undefined),
    { paymentElement: true },
  ),
  ruleMutation(
    'payments: a cancellation leaves an authorized PaymentIntent',
    'I3',
    reactToOrder((order, { status }) => order === 'cancelled' && status === 'authorized', undefined),
  ),
  ruleMutation('payments: a cancellation does not affect the payment', 'I3', {
    payments: { affectsCharge: (order) => order === 'awaiting:payment' },
  }),
  ruleMutation('payments: a payment is captured before orders decides', 'I2', {
    payments: {
      reactToOrder: (order, charge) =>
        charge.status === 'authorized' && order === 'created'
          ? { step: 'startCapture' }
          : rules.payments.reactToOrder(order, charge),
    },
  }),
  ruleMutation('payments: the answer to a card ignores a canceled order', 'I3', {
    payments: {
      reactToOrder: (order, charge) =>
        order === 'cancelled' && charge.status === 'pending'
          ? undefined
          : rules.payments.reactToOrder(order, charge),
      afterConfirm: (charge, answer, intent) =>
        rules.payments.afterConfirm(withoutCancelRequest(charge), answer, intent),
    },
  }),
  ruleMutation(
    'payments: a refused capture leaves its authorization',
    'I3',
    {
      payments: {
        nextStatus: (status, next) =>
          status === 'capturing' && next === 'startVoid' ? 'failed' : nextStatus(status, next),
      },
    },
    { captureFails: true },
  ),
  ruleMutation(
    'payments: a confirmation in the Payment Element is ignored',
    'I7',
    applyIntent(({ status }, intent) => status === 'open' && intent === 'requires_capture', undefined),
    { paymentElement: true, expires: false },
  ),
  ruleMutation(
    'payments: money captured before it could be voided is kept',
    'I3',
    {
      payments: {
        applyIntent: keepsCaptured,
        afterCancel: (charge, answer, intent) =>
          answer === 'refused' && intent
            ? keepsCaptured(charge, intent)
            : rules.payments.afterCancel(charge, answer, intent),
      },
    },
    { dashboard: 'captures' },
  ),
  ruleMutation(
    'payments: a permanently refused capture is not published',
    'I7',
    { payments: { publishedEvent: { ...rules.payments.publishedEvent, failed: undefined } as never } },
    { captureFails: true },
  ),
  ruleMutation(
    'payments: an authorization is not published',
    'I7',
    { payments: { publishedEvent: { ...rules.payments.publishedEvent, authorized: undefined } as never } },
    { expires: false },
  ),
  ruleMutation(
    'payments: a 5xx to a capture counts as refused without retrieving the PaymentIntent',
    'I7',
    {
      payments: {
        afterCapture: (charge, answer, intent) =>
          answer === 'failed'
            ? { step: 'startVoid', reason: 'voided' }
            : rules.payments.afterCapture(charge, answer, intent),
      },
    },
    { stripeErrors: 1 },
  ),
  ruleMutation(
    'payments: the table has no step for a decline',
    'I7',
    {
      payments: {
        nextStatus: (status, next) => {
          if (status === 'pending' && next === 'decline')
            throw new Error('A charge that is pending has no step decline');
          return nextStatus(status, next);
        },
      },
    },
    { attempts: 2 },
  ),
  ruleMutation(
    'payments: a refund in the dashboard is not recorded',
    'I2',
    { payments: { applyMoney: () => undefined } },
    { dashboard: 'refunds' },
  ),
  ruleMutation(
    'payments: a refund of a part counts as all',
    'I2',
    {
      payments: {
        afterRefund: (answer, returned) =>
          rules.payments.afterRefund(answer, {
            ...returned,
            isAllReturned: returned.isAllReturned || returned.refund === 'succeeded',
          }),
      },
    },
    { refund: true },
  ),
];
