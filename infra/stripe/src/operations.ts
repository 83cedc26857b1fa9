import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { findCard, parseCardName } from './cards.ts';
import type { Change } from './change.ts';
import { mergeMetadata, refund } from './charges.ts';
import { noSuch } from './errors.ts';
import type { Faults, Operation } from './faults.ts';
import type { Idempotency } from './idempotency.ts';
import type { PaymentDetails } from './intents.ts';
import * as intents from './intents.ts';
import type { Charge, Intent, Refund } from './objects.ts';
import * as schemas from './params.ts';
import type { IdempotencyRecord, Store } from './store.ts';
import type { Origin, Webhooks } from './webhooks.ts';

/** The dependencies of the routes. */
export interface Emulator {
  store: Store;
  faults: Faults;
  idempotency: Idempotency;
  webhooks: Webhooks;
  publicOrigin: string;
  stripeKey: string;
}

/** One kind of request that changes state. */
export interface Mutation<S extends z.ZodType = z.ZodType> {
  operation: Operation;
  schema: S;
  /** Simulated latency, before the state is read. */
  delay?(emulator: Emulator, params: z.output<S>, id: string): Promise<void>;
  run(emulator: Emulator, params: z.output<S>, id: string): Change;
}

/** Infers the type of `params` from the schema. */
function mutation<S extends z.ZodType>(definition: Mutation<S>): Mutation<S> {
  return definition;
}

export const createIntent = mutation({
  operation: 'create',
  schema: schemas.createParams,
  delay: async (_emulator, params) => {
    if (params.confirm) await bankDelay(paymentDetails(params).card);
  },
  run: ({ publicOrigin }, params) => {
    const details = paymentDetails(params);
    const created = intents.create(params, details);
    if (!params.confirm) return created;
    const confirmed = intents.confirm(created.intent, details, bankUrl(publicOrigin));
    return { ...confirmed, events: [...created.events, ...confirmed.events] };
  },
});

export const updateIntent = mutation({
  operation: 'update',
  schema: schemas.updateParams,
  run: ({ store }, { metadata, description, receipt_email }, id) => {
    const intent = findIntent(store, id);
    const updated: Intent = {
      ...intent,
      description: description ?? intent.description,
      receipt_email: receipt_email ?? intent.receipt_email,
      metadata: mergeMetadata(intent.metadata, metadata ?? {}),
    };
    return { intent: updated, events: [] };
  },
});

export const confirmIntent = mutation({
  operation: 'confirm',
  schema: schemas.confirmParams,
  delay: async ({ store }, params, id) =>
    bankDelay(paymentDetails(params).card ?? findIntent(store, id).emulator.card),
  run: ({ store, publicOrigin }, params, id) =>
    intents.confirm(findIntent(store, id), paymentDetails(params), bankUrl(publicOrigin)),
});

export const captureIntent = mutation({
  operation: 'capture',
  schema: schemas.captureParams,
  run: ({ store }, { amount_to_capture, metadata }, id) => {
    const intent = findIntent(store, id);
    const updated = { ...intent, metadata: mergeMetadata(intent.metadata, metadata ?? {}) };
    return intents.capture(updated, findCharge(store, intent), amount_to_capture);
  },
});

export const cancelIntent = mutation({
  operation: 'cancel',
  schema: schemas.cancelParams,
  run: ({ store }, { cancellation_reason }, id) => {
    const intent = findIntent(store, id);
    return intents.cancel(intent, findCharge(store, intent), cancellation_reason ?? null);
  },
});

export const createRefund = mutation({
  operation: 'refund',
  schema: schemas.refundParams.refine((params) => (params.payment_intent ?? params.charge) !== undefined, {
    path: ['payment_intent'],
  }),
  run: ({ store }, params) => {
    const id = params.payment_intent ?? store.charges.get(params.charge ?? '')?.payment_intent;
    if (!id) throw noSuch('charge', params.charge ?? '', 'charge', 400);
    const intent = store.intents.get(id);
    if (!intent) throw noSuch('payment_intent', id, 'payment_intent', 400);
    return refund(intent, findCharge(store, intent), params);
  },
});

/** Writes a change and the response to it in one journal entry, then sends its webhooks. */
export async function commitChange(
  { store, webhooks }: Emulator,
  change: Change | undefined,
  origin: Origin,
  key?: IdempotencyRecord,
): Promise<void> {
  const deliveries = change ? webhooks.prepare(change, origin) : [];
  const { intent, charge, refund, dispute } = change ?? {};
  await store.commit({
    ...(intent && { intent }),
    ...(charge && { charge }),
    ...(refund && { refund }),
    ...(dispute && { dispute }),
    ...(deliveries.length > 0 && { deliveries }),
    ...(key && { key }),
  });
  webhooks.send(deliveries);
}

export function findIntent(store: Store, id: string): Intent {
  const intent = store.intents.get(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

export function findCharge(store: Store, intent: Intent): Charge | undefined {
  return store.charges.get(intent.latest_charge ?? '');
}

export function refundsOf(store: Store, intentId: string): Refund[] {
  return [...store.refunds.values()].filter(({ payment_intent }) => payment_intent === intentId);
}

function paymentDetails(params: z.output<typeof schemas.confirmParams>): PaymentDetails {
  const token = params.payment_method_data?.card.token;
  const card = token
    ? parseCardName(token, 'token', 'payment_method_data[card][token]')
    : params.payment_method && parseCardName(params.payment_method, 'PaymentMethod', 'payment_method');
  return { card: card || undefined, returnUrl: params.return_url };
}

function bankUrl(publicOrigin: string): (id: string) => string {
  return (id) => `${publicOrigin}/stripe-emulator/bank/${id}`;
}

async function bankDelay(card: string | null | undefined): Promise<void> {
  const { bankDelayMs } = findCard(card ?? '');
  if (bankDelayMs) await sleep(bankDelayMs);
}
