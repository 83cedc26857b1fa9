import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cardNamed } from './cards.ts';
import type { Faults } from './faults.ts';
import type { Change } from './intents.ts';
import { newId, seconds, shown } from './objects.ts';
import type { StripeEvent } from './objects.ts';
import type { Delivery, Store } from './store.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const API_VERSION = '2026-10-28.endive';

export interface Origin {
  requestId: string | null;
  key: string | null;
}

export interface Webhooks {
  /** The events of a change, to be committed with it. */
  prepare(change: Change, origin: Origin): Delivery[];
  send(deliveries: Delivery[]): void;
  /** Takes up what an earlier process left undelivered. */
  resume(): void;
  stop(): void;
}

interface Settings {
  url: string;
  secret: string;
  /** Types of events, or `*`, as of an endpoint at Stripe. */
  enabledEvents: string[];
  store: Store;
  faults: Faults;
}

export function createWebhooks({ url, secret, enabledEvents, store, faults }: Settings): Webhooks {
  const stopped = new AbortController();
  const { signal } = stopped;
  setMaxListeners(0, signal); // one for each event on its way
  const isEnabled = (type: string) => enabledEvents.includes('*') || enabledEvents.includes(type);
  let held: Delivery[] = [];

  async function post(event: StripeEvent): Promise<boolean> {
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

  /** Until it is accepted; later and later, for three days. */
  async function deliver(delivery: Delivery): Promise<void> {
    try {
      await sleep(Math.max(0, delivery.dueAt - Date.now()), undefined, { signal });
      for (let attempt = 0; !(await post(delivery.event)); attempt++) {
        if (Date.now() > delivery.dueAt + 3 * DAY) return await store.commit(ended(delivery, 'given up'));
        await sleep(Math.min(SECOND * 2 ** attempt, 60 * SECOND), undefined, { signal });
      }
      await store.commit(ended(delivery, 'delivered'));
      for (let copy = 1; copy < delivery.copies; copy++) await post(delivery.event);
    } catch (error) {
      // Stopped: what is undelivered stays pending for the next process.
      if (!signal.aborted) throw error;
    }
  }

  async function release(): Promise<void> {
    const youngestFirst = held.reverse();
    held = [];
    for (const delivery of youngestFirst) await deliver(delivery);
  }

  return {
    prepare({ intent, happened }, origin) {
      const cardDelayMs = cardNamed(intent.emulator.card ?? '').webhookDelayMs ?? 0;
      return happened.map(([type, object]) => {
        const { dropped, copies, delayMs } = faults.delivery();
        const event: StripeEvent = {
          id: newId('evt'),
          object: 'event',
          api_version: API_VERSION,
          created: seconds(),
          data: { object: shown(object) },
          livemode: false,
          pending_webhooks: isEnabled(type) ? 1 : 0,
          request: { id: origin.requestId, idempotency_key: origin.key },
          type,
        };
        const dueAt = Date.now() + Math.max(delayMs, cardDelayMs);
        const state = isEnabled(type) ? (dropped ? 'dropped' : 'pending') : 'not enabled';
        return { event, dueAt, copies, state };
      });
    },
    send(deliveries) {
      const pending = deliveries.filter(({ state }) => state === 'pending');
      if (!faults.get().webhooks.reorder) return pending.forEach((delivery) => void deliver(delivery));
      if (held.length === 0) setTimeout(() => void release(), SECOND).unref();
      held.push(...pending);
    },
    resume() {
      for (const delivery of store.deliveries.values())
        if (delivery.state === 'pending') void deliver(delivery);
    },
    stop: () => stopped.abort(),
  };
}

function signature(payload: string, secret: string, at = seconds()): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex')}`;
}

function ended(delivery: Delivery, state: 'delivered' | 'given up') {
  return { deliveries: [{ ...delivery, event: { ...delivery.event, pending_webhooks: 0 }, state }] };
}
