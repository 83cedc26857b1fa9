import { isFinalRefusal } from '../../lib/answers.ts';
import { newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import type { Payment } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

export type Problem =
  | { kind: 'declined'; code: string | undefined; message: string | undefined; paymentId: string | undefined }
  | { kind: 'unreachable'; requestId: string | undefined }
  | { kind: 'refused'; message: string; requestId: string | undefined }
  /** Stripe can never charge this order: no other attempt helps. */
  | { kind: 'impossible'; message: string; requestId: string | undefined };

export type PaymentOutcome =
  /** Confirmed: Stripe has confirmed it to the browser; the payments service may process it a moment later. */
  | { to: 'return'; isConfirmed?: true }
  | { to: 'bank'; url: string }
  | { to: 'signin' }
  | { to: 'order' }
  | { to: 'problem'; problem: Problem };

/** Where the buyer goes next. The status in the payments service decides, not what the browser saw. */
export function outcomeOf(payment: Payment): PaymentOutcome {
  if (payment.status === 'requires_action') {
    return payment.nextActionUrl ? { to: 'bank', url: payment.nextActionUrl } : { to: 'return' };
  }
  if (payment.status === 'open') {
    const { declineCode, message, id } = payment;
    return { to: 'problem', problem: { kind: 'declined', code: declineCode, message, paymentId: id } };
  }
  return { to: 'return' };
}

async function readPayment(orderId: string): Promise<Payment | undefined> {
  return (await send<Payment>('GET', `/api/payments/${orderId}`)).data;
}

/** Sends one attempt to pay. Repeating it with the same `key` cannot charge twice. */
export async function payWithToken(
  t: Translate,
  orderId: string,
  token: string,
  key = newIdempotencyKey(),
): Promise<PaymentOutcome> {
  const response = await send<Payment>('POST', '/api/payments', { orderId, token }, { idempotencyKey: key });
  return response.data ? outcomeOf(response.data) : outcomeOfFailure(t, orderId, response);
}

async function outcomeOfFailure(
  t: Translate,
  orderId: string,
  { status, errors, requestId }: ApiResponse<Payment>,
): Promise<PaymentOutcome> {
  const [error] = errors;
  if (status === 401) return { to: 'signin' };
  if (status === 402) {
    const payment = await readPayment(orderId);
    const code = payment?.declineCode ?? error?.code;
    return {
      to: 'problem',
      problem: { kind: 'declined', code, message: error?.message, paymentId: payment?.id },
    };
  }
  if (isFinalRefusal(error?.code)) {
    return { to: 'problem', problem: { kind: 'impossible', message: error?.message ?? '', requestId } };
  }
  if (status === 409) return error?.code === 'payment_in_progress' ? { to: 'return' } : { to: 'order' };
  if (status === 0 || status >= 500) {
    // The charge may have been made. Only the record of the payments service may allow another attempt.
    const payment = await readPayment(orderId);
    if (payment && payment.status !== 'open') return outcomeOf(payment);
    return { to: 'problem', problem: { kind: 'unreachable', requestId } };
  }
  return {
    to: 'problem',
    problem: { kind: 'refused', message: error?.message ?? t('The payment was refused.'), requestId },
  };
}
