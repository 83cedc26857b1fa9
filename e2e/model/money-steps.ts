import type { AnswerKind, Decision, IntentStatus } from '../../payments/src/charge.ts';
import type { Change, Core } from './protocol.ts';
import {
  ABSENT,
  ASKED,
  ASKS,
  CANCELED,
  DECLINED,
  FAILED,
  HELD,
  IDLE,
  intents,
  OK,
  REFUSED,
  TAKEN,
  UNDER_WAY,
  USED,
  WAITS,
} from './state.ts';
import type { OrderPart } from './state.ts';

/**
 * Payments, Stripe, and the buyer at Stripe's page. Returns what gives every step of one order; `mayFail` says whether
 * Stripe may still answer a 5xx.
 */
export function moneySteps(core: Core) {
  const { world, chargeOf, intentOf, seenBy, decide, progress, may } = core;
  const { payments } = world.rules;
  const { mutation } = world;
  let mayFail = false;

  /** A 5xx, which is replayed under the same key for ever although it may have had its effect. */
  function fails(what: string, answer: Change, effect: Change) {
    if (!mayFail) return;
    for (const hasEffect of [false, true])
      progress(`Stripe answers 500 to ${what}, ${hasEffect ? 'with' : 'without'} effect`, (own, all) => {
        all.ticket.errors++;
        answer(own, all);
        if (hasEffect) effect(own, all);
      });
  }

  /** The order must be alive in the very write that notes that a card is about to be tried. */
  function buyerPays(part: OrderPart, name: string) {
    const { status } = chargeOf(part);
    const isBlind = mutation === 'payment starts on an order read before';
    const isAlive = seenBy(part) === 'created';
    if (isBlind && isAlive && !part.stale)
      may(`payments reads ${name} to start its payment`, (own) => {
        own.stale = 1;
      });
    if (isBlind ? !part.stale : !isAlive) return;
    if (payments.table[status].open && world.element)
      may(`the buyer of ${name} opens the Payment Element`, (own) => {
        decide(own, { step: 'open' });
      });
    if (!payments.table[status].attempt || part.attempt >= world.attempts) return;
    may(`the buyer of ${name} tries card ${part.attempt + 1}`, (own) => {
      decide(own, { step: 'attempt' });
      own.attempt++;
      if (mutation !== 'a PaymentIntent per attempt' || own.attempt === 1) return;
      own.stray = own.intent;
      own.intent = own.hasIntent = own.create = 0;
    });
  }

  /** The PaymentIntent is made without confirming it, once for the order. */
  function create(part: OrderPart, name: string) {
    const { status } = chargeOf(part);
    const isAlone = mutation !== 'created and confirmed in one call';
    const isWanted = !part.hasIntent && (status === 'open' || (status === 'pending' && isAlone));
    if (isWanted && part.create === IDLE)
      progress(`payments asks Stripe for a PaymentIntent for ${name}`, (own) => {
        own.create = UNDER_WAY;
      });
    if (isWanted && part.create > UNDER_WAY && part.create !== USED)
      progress(`payments reads the PaymentIntent of ${name}`, (own) => {
        if (own.create === OK || own.intent !== ABSENT) own.hasIntent = 1;
        else own.create = IDLE;
      });
    if (part.create !== UNDER_WAY) return;
    progress(`Stripe creates the PaymentIntent of ${name}`, (own) => {
      own.create = OK;
      if (own.intent === ABSENT) own.intent = WAITS;
    });
    fails(
      `the creation for ${name}`,
      (own) => (own.create = FAILED),
      (own) => {
        if (own.intent === ABSENT) own.intent = WAITS;
      },
    );
  }

  function tryCard(part: OrderPart, name: string) {
    create(part, name);
    card(part, 1, name);
    card(part, 2, name);
    const { status, cancelRequested } = chargeOf(part);
    if (status !== 'pending') return;
    if (cancelRequested || seenBy(part) !== 'created')
      progress(`payments gives up the attempt of ${name}`, (own) => {
        decide(own, { step: 'startVoid', reason: 'voided' });
      });
    if (world.unsent && !cancelRequested)
      may(`payments cannot reach Stripe for ${name} and closes the attempt`, (own) => {
        decide(own, { step: 'decline' });
      });
  }

  function card(part: OrderPart, nth: 1 | 2, name: string) {
    const field = `confirm${nth}` as const;
    const call = part[field];
    if (call === UNDER_WAY) bank(part, nth, name);
    if (chargeOf(part).status !== 'pending' || part.attempt !== nth) return;
    if (call === IDLE && (part.hasIntent || mutation === 'created and confirmed in one call'))
      progress(`payments confirms card ${nth} of ${name}`, (own) => {
        own[field] = UNDER_WAY;
      });
    if (call <= UNDER_WAY || call === USED) return;
    if (call === OK && mutation === 'no idempotency key' && !part.stray)
      may(`payments dies, and tries card ${nth} of ${name} again under another key`, (own) => {
        own.stray = own.intent;
        own.intent = WAITS;
        own[field] = UNDER_WAY;
      });
    progress(`payments reads the answer to card ${nth} of ${name}`, (own) => {
      if (own.intent !== ABSENT) own.hasIntent = 1;
      decide(own, payments.afterConfirm(chargeOf(own), kinds[call] ?? 'unknown', confirmed(call, own)));
    });
  }

  /** The PaymentIntent in the answer, or as retrieved after it. */
  function confirmed(call: number, part: OrderPart): IntentStatus | undefined {
    if (call === OK) return 'requires_capture';
    if (call === ASKED) return 'requires_action';
    return call === DECLINED ? undefined : intentOf(part);
  }

  function bank({ intent }: OrderPart, nth: 1 | 2, name: string) {
    const makesOne = mutation === 'created and confirmed in one call' && intent === ABSENT;
    if (intent !== WAITS && !makesOne) {
      answerCard(nth, name, `is refused, the PaymentIntent is ${intents[intent]}`, REFUSED, intent);
      return;
    }
    answerCard(nth, name, 'is held', OK, HELD);
    if (world.attempts > 1 || world.element) answerCard(nth, name, 'is declined', DECLINED, WAITS);
    if (world.threeDS) answerCard(nth, name, 'needs 3-D Secure', ASKED, ASKS);
    fails(
      `card ${nth} of ${name}`,
      (own) => (own[`confirm${nth}`] = FAILED),
      (own) => (own.intent = HELD),
    );
  }

  function answerCard(nth: 1 | 2, name: string, what: string, answer: number, intent: number) {
    progress(`Stripe: card ${nth} of ${name} ${what}`, (own) => {
      own[`confirm${nth}`] = answer;
      own.intent = intent;
    });
  }

  /** The buyer at Stripe's page, the bank, the dashboard: at any time, and nobody tells us. */
  function atStripe(part: OrderPart, name: string) {
    for (const field of ['intent', 'stray'] as const) {
      const intent = part[field];
      if (intent === ASKS) {
        elsewhere(`3-D Secure of ${name} is passed`, field, HELD);
        elsewhere(`3-D Secure of ${name} is failed`, field, WAITS);
      }
      if (intent !== WAITS || !world.element || !part.hasIntent) continue;
      elsewhere(`the buyer of ${name} confirms in the Payment Element: held`, field, HELD);
      if (world.threeDS)
        elsewhere(`the buyer of ${name} confirms in the Payment Element: 3-D Secure`, field, ASKS);
    }
    const isOpen = part.intent === WAITS || part.intent === ASKS || part.intent === HELD;
    if (world.byHand === 'cancels' && isOpen)
      elsewhere(`the PaymentIntent of ${name} is cancelled by hand`, 'intent', CANCELED);
    if (world.byHand === 'captures' && part.intent === HELD)
      elsewhere(`the PaymentIntent of ${name} is captured by hand`, 'intent', TAKEN);
  }

  function elsewhere(what: string, field: 'intent' | 'stray', status: number) {
    may(what, (own) => {
      own[field] = status;
    });
  }

  /** A webhook, a visit of the buyer, the worker: retrieve and apply, at once or late. */
  function look(part: OrderPart, name: string) {
    const { status } = chargeOf(part);
    const isOpen = status === 'open' || status === 'requires_action';
    if (part.hasIntent && (isOpen || status === 'capturing' || status === 'voiding')) {
      const what = `the PaymentIntent of ${name} (${intents[part.intent]})`;
      const byItself = isOpen && mutation !== 'nobody looks at open PaymentIntents';
      if (payments.applyIntent(chargeOf(part), intentOf(part)))
        (byItself ? progress : may)(`payments looks at ${what}`, (own) => {
          decide(own, payments.applyIntent(chargeOf(own), intentOf(own)));
        });
      if (world.lateLooks && !part.late)
        may(`payments retrieves ${what} and is slow`, (own) => {
          own.late = 1 + own.intent;
        });
    }
    if (!part.late) return;
    const intent = intents[part.late - 1] as IntentStatus;
    progress(`payments applies what it had retrieved of ${name} (${intent})`, (own) => {
      own.late = 0;
      decide(own, payments.applyIntent(chargeOf(own), intent));
    });
    may(`what payments had retrieved of ${name} dies with its process`, (own) => {
      own.late = 0;
    });
  }

  function takeMoney(part: OrderPart, name: string) {
    const { status } = chargeOf(part);
    if (status === 'capturing') ask('capture', part, name);
    if (status === 'voiding' && part.hasIntent) ask('cancel', part, name);
    if (status === 'voiding' && !part.hasIntent)
      progress(`payments searches the PaymentIntent of ${name} to cancel it`, (own) => {
        if (own.intent !== ABSENT) own.hasIntent = 1;
        else decide(own, payments.applyIntent(chargeOf(own), 'canceled'));
      });
    if (part.capture === UNDER_WAY) captures(part, name);
    if (part.cancel === UNDER_WAY) cancels(part, name);
  }

  function captures({ intent }: OrderPart, name: string) {
    if (intent !== HELD) {
      answer('capture', name, `cannot capture what is ${intents[intent]}`, REFUSED, intent);
      return;
    }
    answer('capture', name, 'captures', OK, TAKEN);
    if (world.captureFails) {
      answer('capture', name, 'refuses to capture and cancels', REFUSED, CANCELED);
      answer('capture', name, 'refuses to capture, the hold stays', REFUSED, HELD);
    }
    fails(
      `the capture of ${name}`,
      (own) => (own.capture = FAILED),
      (own) => (own.intent = TAKEN),
    );
  }

  function cancels({ intent }: OrderPart, name: string) {
    if (intent === TAKEN || intent === CANCELED) {
      answer('cancel', name, `cannot cancel what is ${intents[intent]}`, REFUSED, intent);
      return;
    }
    answer('cancel', name, 'cancels', OK, CANCELED);
    fails(
      `the cancellation of ${name}`,
      (own) => (own.cancel = FAILED),
      (own) => (own.intent = CANCELED),
    );
  }

  function answer(call: 'capture' | 'cancel', name: string, what: string, kind: number, intent: number) {
    progress(`Stripe ${what}, ${name}`, (own) => {
      own[call] = kind;
      own.intent = intent;
    });
  }

  function ask(field: 'capture' | 'cancel', part: OrderPart, name: string) {
    const call = part[field];
    if (call === IDLE)
      progress(`payments asks Stripe to ${field}, ${name}`, (own) => {
        own[field] = UNDER_WAY;
      });
    if (call <= UNDER_WAY || call === USED) return;
    const after = field === 'capture' ? payments.afterCapture : payments.afterCancel;
    const done = field === 'capture' ? 'succeeded' : 'canceled';
    progress(`payments reads the answer to its ${field}, ${name}`, (own) => {
      const intent = call === OK ? done : intentOf(own);
      settle(own, field, after(chargeOf(own), kinds[call] ?? 'unknown', intent));
    });
  }

  function settle(part: OrderPart, field: 'capture' | 'cancel' | 'refund', decision: Decision) {
    if (!decision || 'step' in decision) decide(part, decision);
    else if (mutation !== 'a 5xx is asked for again under the same key') part[field] = IDLE;
  }

  function giveMoneyBack(part: OrderPart, name: string) {
    const { status } = chargeOf(part);
    const isComplete = seenBy(part) === 'complete' || mutation === 'refund of what is not complete';
    if (world.refund && status === 'captured' && isComplete)
      may(`the seller gives the money of ${name} back`, (own) => {
        decide(own, { step: 'startRefund' });
      });
    const { refund } = part;
    if (status === 'refunding' && refund === IDLE)
      progress(`payments asks Stripe to refund ${name}`, (own) => {
        own.refund = UNDER_WAY;
      });
    if (status === 'refunding' && refund > UNDER_WAY)
      progress(`payments reads the answer to its refund, ${name}`, (own) => {
        const found = own.returned ? 'succeeded' : 'none';
        settle(own, 'refund', payments.afterRefund(kinds[refund] ?? 'unknown', found));
      });
    if (refund !== UNDER_WAY) return;
    progress(`Stripe refunds ${name}`, (own) => {
      own.refund = OK;
      own.returned = 1;
    });
    fails(
      `the refund of ${name}`,
      (own) => (own.refund = FAILED),
      (own) => (own.returned = 1),
    );
  }

  return (part: OrderPart, name: string, stripeMayFail: boolean) => {
    mayFail = stripeMayFail;
    buyerPays(part, name);
    tryCard(part, name);
    atStripe(part, name);
    look(part, name);
    takeMoney(part, name);
    giveMoneyBack(part, name);
  };
}

const kinds: Record<number, AnswerKind> = {
  [OK]: 'ok',
  [ASKED]: 'ok',
  [DECLINED]: 'declined',
  [FAILED]: 'failed',
  [REFUSED]: 'refused',
};
