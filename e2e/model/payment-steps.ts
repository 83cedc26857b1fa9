import type { AnswerKind, Decision, IntentStatus } from '../../payments/src/charge.ts';
import { commitDecision } from './commits.ts';
import type { Model } from './model.ts';
import { intentStatus } from './model.ts';
import type { OrderPart } from './state.ts';
import {
  ABSENT,
  ACTION_REQUIRED,
  ALL,
  CONSUMED,
  DECLINED,
  FAILED,
  IDLE,
  IN_FLIGHT,
  intents,
  NEEDS_CARD,
  OK,
  PART,
  REFUSED,
} from './state.ts';
import { StripeSteps } from './stripe-steps.ts';
import type { Transitions } from './transitions.ts';

const answerKinds: Record<number, AnswerKind> = {
  [OK]: 'ok',
  [ACTION_REQUIRED]: 'ok',
  [DECLINED]: 'declined',
  [FAILED]: 'failed',
  [REFUSED]: 'refused',
};

/** The steps of payments and of the buyer who pays, together with those of Stripe. */
export class PaymentSteps {
  private readonly model: Model;
  private readonly transitions: Transitions;
  private readonly stripe: StripeSteps;

  constructor(model: Model, transitions: Transitions) {
    this.model = model;
    this.transitions = transitions;
    this.stripe = new StripeSteps(model, transitions);
  }

  emit(part: OrderPart, name: string, stripeMayFail: boolean): void {
    this.stripe.mayFail = stripeMayFail;
    this.startPayment(part, name);
    this.createIntent(part, name);
    this.confirm(part, 1, name);
    this.confirm(part, 2, name);
    this.endAttempt(part, name);
    this.stripe.actOutside(part, name);
    this.refreshIntent(part, name);
    this.captureOrCancel(part, name);
    this.refund(part, name);
    this.refreshMoney(part, name);
  }

  private get rules() {
    return this.model.world.rules.payments;
  }

  /** The write that starts an attempt also checks that the order is still open. */
  private startPayment(part: OrderPart, name: string): void {
    const { world } = this.model;
    const { status } = this.model.charge(part);
    const readsEarly = world.mutation === 'payment started on an order read earlier';
    const isOpen = this.model.replicaStatus(part) === 'created';
    if (readsEarly && isOpen && !part.earlyRead)
      this.transitions.optional(`payments reads ${name} to start its payment`, (own) => {
        own.earlyRead = 1;
      });
    if (readsEarly ? !part.earlyRead : !isOpen) return;
    if (this.rules.table[status].open && world.paymentElement)
      this.transitions.optional(`the buyer of ${name} opens the Payment Element`, (own) => {
        commitDecision(this.model, own, { step: 'open' });
      });
    if (!this.rules.table[status].attempt || part.attempt >= world.attempts) return;
    this.transitions.optional(`the buyer of ${name} tries card ${part.attempt + 1}`, (own) => {
      commitDecision(this.model, own, { step: 'attempt' });
      own.attempt++;
      if (world.mutation !== 'one PaymentIntent per attempt' || own.attempt === 1) return;
      own.secondIntent = own.intent;
      own.intent = own.hasIntent = own.create = 0;
    });
  }

  /** Creates the one PaymentIntent of the order, without confirming it. */
  private createIntent(part: OrderPart, name: string): void {
    const { status } = this.model.charge(part);
    const isSeparate = this.model.world.mutation !== 'PaymentIntent created and confirmed in one call';
    const isNeeded = !part.hasIntent && (status === 'open' || (status === 'pending' && isSeparate));
    if (isNeeded && part.create === IDLE)
      this.transitions.progress(`payments requests a PaymentIntent for ${name}`, (own) => {
        own.create = IN_FLIGHT;
      });
    if (isNeeded && part.create > IN_FLIGHT && part.create !== CONSUMED)
      this.transitions.progress(`payments reads the PaymentIntent of ${name}`, (own) => {
        if (own.create === OK || own.intent !== ABSENT) own.hasIntent = 1;
        else own.create = IDLE;
      });
    this.stripe.createIntent(part, name);
  }

  private confirm(part: OrderPart, attempt: 1 | 2, name: string): void {
    const { mutation } = this.model.world;
    const field = `confirm${attempt}` as const;
    const request = part[field];
    this.stripe.confirm(part, attempt, name);
    if (this.model.charge(part).status !== 'pending' || part.attempt !== attempt) return;
    const isReady = part.hasIntent || mutation === 'PaymentIntent created and confirmed in one call';
    if (request === IDLE && isReady)
      this.transitions.progress(`payments confirms card ${attempt} of ${name}`, (own) => {
        own[field] = IN_FLIGHT;
      });
    if (request <= IN_FLIGHT || request === CONSUMED) return;
    if (request === OK && mutation === 'no idempotency key' && !part.secondIntent)
      this.transitions.optional(
        `payments crashes and tries card ${attempt} of ${name} again under another key`,
        (own) => {
          own.secondIntent = own.intent;
          own.intent = NEEDS_CARD;
          own[field] = IN_FLIGHT;
        },
      );
    this.transitions.progress(`payments reads the answer to card ${attempt} of ${name}`, (own) => {
      if (own.intent !== ABSENT) own.hasIntent = 1;
      const kind = answerKinds[request] ?? 'unknown';
      const decision = this.rules.afterConfirm(this.model.charge(own), kind, confirmedStatus(request, own));
      commitDecision(this.model, own, decision);
    });
  }

  private endAttempt(part: OrderPart, name: string): void {
    const { status, cancelRequested } = this.model.charge(part);
    if (status !== 'pending') return;
    if (cancelRequested || this.model.replicaStatus(part) !== 'created')
      this.transitions.progress(`payments voids the attempt of ${name}`, (own) => {
        commitDecision(this.model, own, { step: 'startVoid', reason: 'voided' });
      });
    if (this.model.world.stripeUnreachable && !cancelRequested)
      this.transitions.optional(`payments cannot reach Stripe for ${name} and ends the attempt`, (own) => {
        commitDecision(this.model, own, { step: 'decline' });
      });
  }

  /** A webhook, a request of the buyer or the worker: retrieve the PaymentIntent and apply it, at once or late. */
  private refreshIntent(part: OrderPart, name: string): void {
    const { world } = this.model;
    const { status } = this.model.charge(part);
    const isOpen = status === 'open' || status === 'requires_action';
    if (part.hasIntent && (isOpen || status === 'capturing' || status === 'voiding')) {
      const what = `the PaymentIntent of ${name} (${intents[part.intent]})`;
      const isCertain = isOpen && world.mutation !== 'open PaymentIntents never refreshed';
      if (this.rules.applyIntent(this.model.charge(part), intentStatus(part)))
        this.transitions[isCertain ? 'progress' : 'optional'](`payments refreshes ${what}`, (own) => {
          this.applyIntent(own, intentStatus(own));
        });
      if (world.lateRetrievals && !part.lateIntent)
        this.transitions.optional(`payments retrieves ${what} and is slow to apply it`, (own) => {
          own.lateIntent = 1 + own.intent;
        });
    }
    if (!part.lateIntent) return;
    const intent = intents[part.lateIntent - 1] as IntentStatus;
    this.transitions.progress(
      `payments applies the retrieved PaymentIntent of ${name} (${intent})`,
      (own) => {
        own.lateIntent = 0;
        this.applyIntent(own, intent);
      },
    );
    this.transitions.optional(`payments crashes before it applies the PaymentIntent of ${name}`, (own) => {
      own.lateIntent = 0;
    });
  }

  private applyIntent(part: OrderPart, intent: IntentStatus): void {
    commitDecision(this.model, part, this.rules.applyIntent(this.model.charge(part), intent));
  }

  private captureOrCancel(part: OrderPart, name: string): void {
    const { status } = this.model.charge(part);
    if (status === 'capturing') this.request('capture', part, name);
    if (status === 'voiding' && part.hasIntent) this.request('cancel', part, name);
    if (status === 'voiding' && !part.hasIntent)
      this.transitions.progress(`payments searches the PaymentIntent of ${name} to cancel it`, (own) => {
        if (own.intent !== ABSENT) own.hasIntent = 1;
        else this.applyIntent(own, 'canceled');
      });
    this.stripe.capture(part, name);
    this.stripe.cancel(part, name);
  }

  private request(field: 'capture' | 'cancel', part: OrderPart, name: string): void {
    const request = part[field];
    if (request === IDLE)
      this.transitions.progress(`payments requests to ${field} ${name}`, (own) => {
        own[field] = IN_FLIGHT;
      });
    if (request <= IN_FLIGHT || request === CONSUMED) return;
    const handleAnswer = field === 'capture' ? this.rules.afterCapture : this.rules.afterCancel;
    const success = field === 'capture' ? 'succeeded' : 'canceled';
    this.transitions.progress(`payments reads the answer to its ${field} of ${name}`, (own) => {
      const intent = request === OK ? success : intentStatus(own);
      const kind = answerKinds[request] ?? 'unknown';
      this.finishRequest(own, field, handleAnswer(this.model.charge(own), kind, intent));
    });
  }

  private finishRequest(part: OrderPart, field: 'capture' | 'cancel' | 'refund', decision: Decision): void {
    const { mutation } = this.model.world;
    if (!decision || 'step' in decision) commitDecision(this.model, part, decision);
    else if (mutation !== '5xx retried under the same idempotency key') part[field] = IDLE;
  }

  private refund(part: OrderPart, name: string): void {
    const { world } = this.model;
    const { status } = this.model.charge(part);
    const isRefundable =
      this.model.replicaStatus(part) === 'complete' ||
      world.mutation === 'refund of an order that is not complete';
    if (world.refund && status === 'captured' && isRefundable)
      this.transitions.optional(`the seller refunds ${name}`, (own) => {
        commitDecision(this.model, own, { step: 'startRefund' });
      });
    if (world.refund && status === 'captured' && isRefundable && !part.refunded)
      this.transitions.optional(`the seller refunds a part of ${name}`, (own) => {
        commitDecision(this.model, own, { step: 'startRefund' });
        own.refundPart = PART;
      });
    const request = part.refund;
    if (status === 'refunding' && request === IDLE)
      this.transitions.progress(`payments requests to refund ${name}`, (own) => {
        own.refund = IN_FLIGHT;
      });
    if (status === 'refunding' && request > IN_FLIGHT)
      this.transitions.progress(`payments reads the answer to its refund of ${name}`, (own) => {
        const isAllReturned = own.refunded === ALL;
        const isMade = own.refundPart ? own.refundPart === ALL : isAllReturned;
        const isRequested = this.model.replicaStatus(own) !== 'cancelled';
        const kind = answerKinds[request] ?? 'unknown';
        const refund = isMade ? 'succeeded' : 'none';
        const decision = this.rules.afterRefund(kind, { refund, isAllReturned, isRequested });
        this.finishRequest(own, 'refund', decision);
        if (this.model.charge(own).status !== 'captured') return;
        own.refund = IDLE;
        own.refundPart = 0;
      });
    this.stripe.refund(part, name);
  }

  /** A webhook or the reconciler: what went back to the buyer without a request of payments. */
  private refreshMoney(part: OrderPart, name: string): void {
    if (!part.refunded || this.model.replicaStatus(part) !== 'complete') return;
    const { status } = this.model.charge(part);
    const refunds = [{ status: 'succeeded' as const, amount: part.refunded === ALL ? 2 : 1, n: undefined }];
    const decision = this.rules.applyMoney(
      status,
      { refundedAmount: 0 },
      { captured: 2, refunds, disputes: [] },
    );
    if (!decision || !('step' in decision) || decision.step === 'adjust') return; // an adjustment changes no status
    this.transitions.progress(`payments reads that ${name} was refunded at Stripe`, (own) => {
      commitDecision(this.model, own, decision);
    });
  }
}

/** The PaymentIntent in the answer to a confirmation, or as retrieved after it. */
function confirmedStatus(request: number, part: OrderPart): IntentStatus | undefined {
  if (request === OK) return 'requires_capture';
  if (request === ACTION_REQUIRED) return 'requires_action';
  return request === DECLINED ? undefined : intentStatus(part);
}
