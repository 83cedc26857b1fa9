import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Config } from '../src/config.ts';
import { startEmulator } from '../src/emulator.ts';

export const KEY = 'sk_test_0123456789abcdef';
const SECRET = 'whsec_0123456789abcdef';

const cleanups: (() => unknown)[] = [];

/** Stops what the fixtures of a test started, newest first. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function config(overrides: Partial<Config> = {}): Config {
  const folder = mkdtempSync(path.join(tmpdir(), 'stripe-emulator-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return {
    PORT: 0,
    HOST: '127.0.0.1',
    STATE_FILE: path.join(folder, 'journal'),
    STRIPE_KEY: KEY,
    STRIPE_WEBHOOK_SECRET: SECRET,
    WEBHOOK_URL: 'http://127.0.0.1:9/',
    WEBHOOK_EVENTS: ['*'],
    PUBLIC_ORIGIN: 'http://shop.test',
    ...overrides,
  };
}

export async function anEmulator(overrides: Partial<Config> = {}) {
  const emulator = await startEmulator(config(overrides));
  cleanups.push(() => emulator.stop());
  return { ...emulator, stripe: sdk(emulator.url), control: controlOf(emulator.url) };
}

/** The real Stripe SDK, without retries by default. */
export function sdk(url: string, overrides: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(KEY, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, ...overrides });
}

/** Sends JSON requests to the control API; the caller names the type of the response. */
export function controlOf(url: string) {
  return async <T = unknown>(method: string, address: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/_emulator${address}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  };
}

/** A webhook endpoint that records events and responds with `status`. */
export async function aReceiver(status: (event: Stripe.Event) => number = () => 200) {
  const received: { event: Stripe.Event; at: number }[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const signature = req.headers['stripe-signature'] ?? '';
      const event = sdk('http://127.0.0.1:1').webhooks.constructEvent(
        Buffer.concat(chunks),
        signature,
        SECRET,
      );
      received.push({ event, at: Date.now() });
      res.writeHead(status(event)).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    received,
    types: () => received.map(({ event }) => event.type),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  };
}

export async function until(condition: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; !(await condition()); await sleep(25)) {
    if (Date.now() > end) throw new Error(`Condition not met within ${ms} ms: ${condition.toString()}`);
  }
}

/** The Stripe error that the call rejects with. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await call.then(
    () => new Error('The call did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw error;
}

export const order = { amount: 1999, currency: 'usd', capture_method: 'manual' } as const;

export function token(name: string) {
  return { payment_method_data: { type: 'card', card: { token: name } } } as const;
}

/** A PaymentIntent confirmed with a card. */
export async function anAuthorizedIntent(stripe: Stripe, card = 'tok_visa') {
  const { id } = await stripe.paymentIntents.create(order);
  return stripe.paymentIntents.confirm(id, token(card));
}
