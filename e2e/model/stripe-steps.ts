import type { Change, Model } from './model.ts';
import type { OrderPart } from './state.ts';
import {
  ABSENT,
  ACTION_REQUIRED,
  ALL,
  AUTHORIZED,
  CANCELED,
  CAPTURED,
  DECLINED,
  FAILED,
  IN_FLIGHT,
  intents,
  NEEDS_ACTION,
  NEEDS_CARD,
  OK,
  PART,
  REFUSED,
} from './state.ts';
import type { Transitions } from './transitions.ts';

/** The steps of Stripe, which answers requests in flight, and of buyers, banks and the dashboard at Stripe. */
export class StripeSteps {
  /** Whether Stripe may answer the next request with a 5xx. */
  mayFail = false;
  private readonly model: Model;
  private readonly transitions: Transitions;

  constructor(model: Model, transitions: Transitions) {
    this.model = model;
    this.transitions = transitions;
  }

  createIntent(part: OrderPart, name: string): void {
    if (part.create !== IN_FLIGHT) return;
    const create: Change = (own) => {
      if (own.intent === ABSENT) own.intent = NEEDS_CARD;
    };
    this.transitions.progress(`Stripe creates the PaymentIntent of ${name}`, (own, all) => {
      own.create = OK;
      create(own, all);
    });
    this.fail(`the creation of the PaymentIntent of ${name}`, (own) => (own.create = FAILED), create);
  }

  confirm(part: OrderPart, attempt: 1 | 2, name: string): void {
    if (part[`confirm${attempt}`] !== IN_FLIGHT) return;
    const { world } = this.model;
    const { intent } = part;
    const createsToo =
      world.mutation === 'PaymentIntent created and confirmed in one call' && intent === ABSENT;
    const answer = (what: string, kind: number, status: number) => {
      this.transitions.progress(`Stripe: card ${attempt} of ${name} ${what}`, (own) => {
        own[`confirm${attempt}`] = kind;
        own.intent = status;
      });
    };
    if (intent !== NEEDS_CARD && !createsToo) {
      answer(`is refused, the PaymentIntent is ${intents[intent]}`, REFUSED, intent);
      return;
    }
    answer('is authorized', OK, AUTHORIZED);
    if (world.attempts > 1 || world.paymentElement) answer('is declined', DECLINED, NEEDS_CARD);
    if (world.threeDS) answer('needs 3-D Secure', ACTION_REQUIRED, NEEDS_ACTION);
    this.fail(
      `card ${attempt} of ${name}`,
      (own) => (own[`confirm${attempt}`] = FAILED),
      (own) => (own.intent = AUTHORIZED),
    );
  }

  capture(part: OrderPart, name: string): void {
    if (part.capture !== IN_FLIGHT) return;
    const { intent } = part;
    if (intent !== AUTHORIZED) {
      this.answer(
        'capture',
        name,
        `cannot capture a PaymentIntent that is ${intents[intent]}`,
        REFUSED,
        intent,
      );
      return;
    }
    this.answer('capture', name, 'captures', OK, CAPTURED);
    if (this.model.world.captureFails) {
      this.answer('capture', name, 'refuses to capture and cancels', REFUSED, CANCELED);
      this.answer('capture', name, 'refuses to capture and stays authorized', REFUSED, AUTHORIZED);
    }
    this.fail(
      `the capture of ${name}`,
      (own) => (own.capture = FAILED),
      (own) => (own.intent = CAPTURED),
    );
  }

  cancel(part: OrderPart, name: string): void {
    if (part.cancel !== IN_FLIGHT) return;
    const { intent } = part;
    if (intent === CAPTURED || intent === CANCELED) {
      this.answer(
        'cancel',
        name,
        `cannot cancel a PaymentIntent that is ${intents[intent]}`,
        REFUSED,
        intent,
      );
      return;
    }
    this.answer('cancel', name, 'cancels', OK, CANCELED);
    this.fail(
      `the cancellation of ${name}`,
      (own) => (own.cancel = FAILED),
      (own) => (own.intent = CANCELED),
    );
  }

  refund(part: OrderPart, name: string): void {
    if (part.refund !== IN_FLIGHT) return;
    if (part.refunded === ALL) {
      this.transitions.progress(`Stripe refuses to refund ${name}, nothing is left`, (own) => {
        own.refund = REFUSED;
      });
      return;
    }
    const refund: Change = (own) => {
      own.refunded = own.refundPart ? PART : ALL;
      if (own.refundPart) own.refundPart = ALL;
    };
    this.transitions.progress(`Stripe refunds ${part.refundPart ? 'a part of ' : ''}${name}`, (own, all) => {
      own.refund = OK;
      refund(own, all);
    });
    this.fail(`the refund of ${name}`, (own) => (own.refund = FAILED), refund);
  }

  /** What buyer, bank and dashboard change at Stripe at any time, without a request of payments. */
  actOutside(part: OrderPart, name: string): void {
    const { world } = this.model;
    for (const field of ['intent', 'secondIntent'] as const) {
      const intent = part[field];
      if (intent === NEEDS_ACTION) {
        this.setOutside(`3-D Secure of ${name} succeeds`, field, AUTHORIZED);
        this.setOutside(`3-D Secure of ${name} fails`, field, NEEDS_CARD);
      }
      if (intent !== NEEDS_CARD || !world.paymentElement || !part.hasIntent) continue;
      this.setOutside(`the buyer of ${name} confirms in the Payment Element: authorized`, field, AUTHORIZED);
      if (world.threeDS)
        this.setOutside(
          `the buyer of ${name} confirms in the Payment Element: 3-D Secure`,
          field,
          NEEDS_ACTION,
        );
    }
    const isOpen = part.intent === NEEDS_CARD || part.intent === NEEDS_ACTION || part.intent === AUTHORIZED;
    if (world.dashboard === 'cancels' && isOpen)
      this.setOutside(`the PaymentIntent of ${name} is canceled in the dashboard`, 'intent', CANCELED);
    if (world.dashboard === 'captures' && part.intent === AUTHORIZED)
      this.setOutside(`the PaymentIntent of ${name} is captured in the dashboard`, 'intent', CAPTURED);
    if (world.dashboard !== 'refunds' || part.intent !== CAPTURED || part.refunded === ALL) return;
    this.transitions.optional(`${name} is refunded in the dashboard, or its dispute is lost`, (own) => {
      own.refunded = ALL;
    });
    if (!part.refunded)
      this.transitions.optional(`a part of ${name} is refunded in the dashboard`, (own) => {
        own.refunded = PART;
      });
  }

  private setOutside(what: string, field: 'intent' | 'secondIntent', status: number): void {
    this.transitions.optional(what, (own) => {
      own[field] = status;
    });
  }

  private answer(
    request: 'capture' | 'cancel',
    name: string,
    what: string,
    kind: number,
    intent: number,
  ): void {
    this.transitions.progress(`Stripe ${what}, ${name}`, (own) => {
      own[request] = kind;
      own.intent = intent;
    });
  }

  /** A 5xx, which Stripe repeats for ever under the same idempotency key although the request may have had its effect. */
  private fail(what: string, answer: Change, effect: Change): void {
    if (!this.mayFail) return;
    for (const hasEffect of [false, true])
      this.transitions.progress(
        `Stripe answers 500 to ${what}, ${hasEffect ? 'with' : 'without'} effect`,
        (own, all) => {
          all.ticket.stripeErrors++;
          answer(own, all);
          if (hasEffect) effect(own, all);
        },
      );
  }
}
