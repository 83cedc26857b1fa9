import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { cardName, cardNamed } from './cards.ts';
import { noSuch } from './errors.ts';
import type { Faults, Operation } from './faults.ts';
import type { Idempotency } from './idempotency.ts';
import * as intents from './intents.ts';
import type { Attempt, Change } from './intents.ts';
import type { Charge, Intent, Refund } from './objects.ts';
import * as schemas from './params.ts';
import type { KeyRecord, Store } from './store.ts';
import type { Origin, Webhooks } from './webhooks.ts';

/** What the routes stand on. */
export interface Emulator {
  store: Store;
  faults: Faults;
  idempotency: Idempotency;
  webhooks: Webhooks;
  publicOrigin: string;
  stripeKey: string;
}

/** One kind of request that changes something. */
export interface Step<S extends z.ZodType = z.ZodType> {
  operation: Operation;
  schema: S;
  /** What takes time, before the state is looked at. */
  wait?(emulator: Emulator, params: z.output<S>, id: string): Promise<void>;
  run(emulator: Emulator, params: z.output<S>, id: string): Change;
}

function step<S extends z.ZodType>(definition: Step<S>): Step<S> {
  return definition;
}

export const createIntent = step({
  operation: 'create',
  schema: schemas.createParams,
  wait: async (_emulator, params) => {
    if (params.confirm) await bank(attemptOf(params).card);
  },
  run: ({ publicOrigin }, params) => {
    const attempt = attemptOf(params);
    const created = intents.create(params, attempt);
    if (!params.confirm) return created;
    const confirmed = intents.confirm(created.intent, attempt, bankUrl(publicOrigin));
    return { ...confirmed, happened: [...created.happened, ...confirmed.happened] };
  },
});

export const updateIntent = step({
  operation: 'update',
  schema: schemas.updateParams,
  run: ({ store }, { metadata, description, receipt_email }, id) => {
    const intent = intentOf(store, id);
    const changed: Intent = {
      ...intent,
      description: description ?? intent.description,
      receipt_email: receipt_email ?? intent.receipt_email,
      metadata: metadata ? intents.changedMetadata(intent.metadata, metadata) : intent.metadata,
    };
    return { intent: changed, happened: [] };
  },
});

export const confirmIntent = step({
  operation: 'confirm',
  schema: schemas.confirmParams,
  wait: async ({ store }, params, id) => bank(attemptOf(params).card ?? intentOf(store, id).emulator.card),
  run: ({ store, publicOrigin }, params, id) =>
    intents.confirm(intentOf(store, id), attemptOf(params), bankUrl(publicOrigin)),
});

export const captureIntent = step({
  operation: 'capture',
  schema: schemas.captureParams,
  run: ({ store }, { amount_to_capture, metadata }, id) => {
    const intent = intentOf(store, id);
    const updated = metadata
      ? { ...intent, metadata: intents.changedMetadata(intent.metadata, metadata) }
      : intent;
    return intents.capture(updated, chargeOf(store, intent), amount_to_capture);
  },
});

export const cancelIntent = step({
  operation: 'cancel',
  schema: schemas.cancelParams,
  run: ({ store }, { cancellation_reason }, id) => {
    const intent = intentOf(store, id);
    return intents.cancel(intent, chargeOf(store, intent), cancellation_reason ?? null);
  },
});

export const createRefund = step({
  operation: 'refund',
  schema: schemas.refundParams.refine((params) => (params.payment_intent ?? params.charge) !== undefined, {
    path: ['payment_intent'],
  }),
  run: ({ store }, params) => {
    const id = params.payment_intent ?? store.charges.get(params.charge ?? '')?.payment_intent;
    if (!id) throw noSuch('charge', params.charge ?? '', 'charge', 400);
    const intent = store.intents.get(id);
    if (!intent) throw noSuch('payment_intent', id, 'payment_intent', 400);
    return intents.refund(intent, chargeOf(store, intent), params);
  },
});

/** Writes down what happened and the answer to it in one entry, then tells about it. */
export async function record(
  { store, webhooks }: Emulator,
  change: Change | undefined,
  origin: Origin,
  key?: KeyRecord,
): Promise<void> {
  const deliveries = change ? webhooks.prepare(change, origin) : [];
  const { intent, charge, refund } = change ?? {};
  await store.commit({
    ...(intent && { intent }),
    ...(charge && { charge }),
    ...(refund && { refund }),
    ...(deliveries.length > 0 && { deliveries }),
    ...(key && { key }),
  });
  webhooks.send(deliveries);
}

export function intentOf(store: Store, id: string): Intent {
  const intent = store.intents.get(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

function chargeOf(store: Store, intent: Intent): Charge | undefined {
  return store.charges.get(intent.latest_charge ?? '');
}

export function refundsOf(store: Store, intentId: string): Refund[] {
  return [...store.refunds.values()].filter(({ payment_intent }) => payment_intent === intentId);
}

function attemptOf(params: z.output<typeof schemas.confirmParams>): Attempt {
  const token = params.payment_method_data?.card.token;
  const card = token
    ? cardName(token, 'token', 'payment_method_data[card][token]')
    : params.payment_method && cardName(params.payment_method, 'PaymentMethod', 'payment_method');
  return { card: card || undefined, returnUrl: params.return_url };
}

function bankUrl(publicOrigin: string): (id: string) => string {
  return (id) => `${publicOrigin}/stripe-emulator/bank/${id}`;
}

async function bank(card: string | null | undefined): Promise<void> {
  const { bankDelayMs } = cardNamed(card ?? '');
  if (bankDelayMs) await sleep(bankDelayMs);
}
