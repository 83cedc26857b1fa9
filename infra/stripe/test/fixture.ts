import Stripe from 'stripe';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../src/config.ts';
import { startEmulator } from '../src/emulator.ts';

export const KEY = 'sk_test_0123456789abcdef';
const SECRET = 'whsec_0123456789abcdef';

const undo: (() => unknown)[] = [];

/** Ends what the fixtures of a test started, youngest first. */
export async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

export function config(overrides: Partial<Config> = {}): Config {
  const folder = mkdtempSync(path.join(tmpdir(), 'stripe-emulator-'));
  undo.push(() => rmSync(folder, { recursive: true }));
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
  undo.push(() => emulator.stop());
  return { ...emulator, stripe: sdk(emulator.url), control: controlOf(emulator.url) };
}

/** The real SDK; without retries of its own unless asked. */
export function sdk(url: string, overrides: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(KEY, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, ...overrides });
}

/** A JSON request to the control interface, trusted to answer a T. */
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

/** A shop that receives webhooks; answers with `status`. */
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
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    received,
    types: () => received.map(({ event }) => event.type),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  };
}

export async function until(condition: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await condition()); await sleep(25)) {
    if (Date.now() > end) throw new Error(`Not within ${ms} ms: ${condition.toString()}`);
  }
}

/** The error a call fails with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await call.then(
    () => new Error('It did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw error;
}

export const order = { amount: 1999, currency: 'usd', capture_method: 'manual' } as const;

export function token(name: string) {
  return { payment_method_data: { type: 'card', card: { token: name } } } as const;
}

/** An intent that was confirmed with a card. */
export async function anAuthorised(stripe: Stripe, card = 'tok_visa') {
  const { id } = await stripe.paymentIntents.create(order);
  return stripe.paymentIntents.confirm(id, token(card));
}
