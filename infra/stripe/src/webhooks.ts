import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCard } from './cards.ts';
import type { Change } from './change.ts';
import type { Faults } from './faults.ts';
import type { StripeEvent } from './objects.ts';
import { newId, seconds, toPublic } from './objects.ts';
import type { Delivery, Store } from './store.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const API_VERSION = '2026-10-28.endive';

/** The request that caused an event; both are null for what the buyer does at the bank. */
export interface Origin {
  requestId: string | null;
  key: string | null;
  /** The events are never sent, as if they were lost. */
  withheld?: boolean;
}

export interface Webhooks {
  /** The events of a change, to be committed together with it. */
  prepare(change: Change, origin: Origin): Delivery[];
  send(deliveries: Delivery[]): void;
  /** Sends what an earlier process left pending. */
  resume(): void;
  stop(): void;
}

interface WebhookOptions {
  url: string;
  secret: string;
  /** Event types or `*`, as in the settings of an endpoint at Stripe. */
  enabledEvents: string[];
  store: Store;
  faults: Faults;
}

export function createWebhooks(options: WebhookOptions): Webhooks {
  const { store, faults } = options;
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal); // One listener for each event in flight.
  const deliver = createDeliverer(options, stopped.signal);
  let reordered: Delivery[] = [];

  async function sendNewestFirst(): Promise<void> {
    const newestFirst = reordered.reverse();
    reordered = [];
    for (const delivery of newestFirst) await deliver(delivery);
  }

  return {
    prepare: ({ intent, events }, origin) => {
      const cardDelayMs = findCard(intent.emulator.card ?? '').webhookDelayMs ?? 0;
      return events.map(([type, object]) => {
        const { dropped, copies, delayMs } = faults.planDelivery();
        const isEnabled = options.enabledEvents.some((enabled) => enabled === '*' || enabled === type);
        const state = isEnabled ? (dropped || origin.withheld ? 'dropped' : 'pending') : 'not enabled';
        const event = newEvent(type, object, origin, isEnabled);
        return { event, dueAt: Date.now() + Math.max(delayMs, cardDelayMs), copies, state };
      });
    },
    send(deliveries) {
      const pending = deliveries.filter(({ state }) => state === 'pending');
      if (!faults.get().webhooks.reorder) return pending.forEach((delivery) => void deliver(delivery));
      if (reordered.length === 0) setTimeout(() => void sendNewestFirst(), SECOND).unref();
      reordered.push(...pending);
    },
    resume() {
      for (const delivery of store.deliveries.values())
        if (delivery.state === 'pending') void deliver(delivery);
    },
    stop: () => stopped.abort(),
  };
}

/** Retries with growing delays until the endpoint accepts the event, for three days. */
function createDeliverer({ url, secret, store }: WebhookOptions, signal: AbortSignal) {
  return async (delivery: Delivery): Promise<void> => {
    try {
      await sleep(Math.max(0, delivery.dueAt - Date.now()), undefined, { signal });
      for (let attempt = 0; !(await post(url, secret, delivery.event, signal)); attempt++) {
        if (Date.now() > delivery.dueAt + 3 * DAY) {
          return store.append({ deliveries: [finished(delivery, 'given up')] });
        }
        await sleep(Math.min(SECOND * 2 ** attempt, 60 * SECOND), undefined, { signal });
      }
      // A power cut could only send it once more, as Stripe sometimes does.
      store.append({ deliveries: [finished(delivery, 'delivered')] });
      for (let copy = 1; copy < delivery.copies; copy++) await post(url, secret, delivery.event, signal);
    } catch (error) {
      // After stop(), undelivered events stay pending for the next process.
      if (!signal.aborted) throw error;
    }
  };
}

async function post(url: string, secret: string, event: StripeEvent, signal: AbortSignal): Promise<boolean> {
  const payload = JSON.stringify(event, null, 2);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature(payload, secret),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10 * SECOND)]),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function newEvent(type: string, object: object, origin: Origin, isEnabled: boolean): StripeEvent {
  return {
    id: newId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: seconds(),
    data: { object: toPublic(object) },
    livemode: false,
    pending_webhooks: isEnabled ? 1 : 0,
    request: { id: origin.requestId, idempotency_key: origin.key },
    type,
  };
}

function signature(payload: string, secret: string, at = seconds()): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex')}`;
}

function finished(delivery: Delivery, state: 'delivered' | 'given up'): Delivery {
  return { ...delivery, event: { ...delivery.event, pending_webhooks: 0 }, state };
}
