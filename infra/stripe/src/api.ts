import express from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { cardNamed } from './cards.ts';
import { StripeError, apiError, invalidRequest, noSuch } from './errors.ts';
import type { Plan } from './faults.ts';
import { fingerprint, idempotencyKey } from './idempotency.ts';
import type { Change } from './intents.ts';
import { matching, page } from './lists.ts';
import { newId, seconds, shown } from './objects.ts';
import * as steps from './operations.ts';
import type { Emulator, Step } from './operations.ts';
import { eventListParams, parse, refundListParams, searchParams } from './params.ts';

/** Stripe's API, version 1, as far as this shop speaks it. */
export function stripeApi(emulator: Emulator): Router {
  const { store } = emulator;
  const api = express.Router();
  const change = <S extends z.ZodType>(step: Step<S>) => changing(emulator, step);

  api.use(named, authenticated(emulator.stripeKey), express.urlencoded({ extended: true }), formOnly);
  api.get('/{*any}', reading(emulator));

  api.post('/payment_intents', change(steps.createIntent));
  api.get('/payment_intents', (req, res) => void res.json(page(req, store.intents.values())));
  api.get('/payment_intents/search', (req, res) => {
    const { limit, query } = parse(searchParams, req.query);
    const found = [...store.intents.values()].filter(matching(query)).reverse();
    const data = found.slice(0, limit).map(shown);
    res.json({
      object: 'search_result',
      data,
      has_more: found.length > limit,
      next_page: null,
      url: req.originalUrl,
    });
  });
  api.get('/payment_intents/:id', (req, res) => void res.json(shown(steps.intentOf(store, req.params.id))));
  api.post('/payment_intents/:id', change(steps.updateIntent));
  api.post('/payment_intents/:id/confirm', change(steps.confirmIntent));
  api.post('/payment_intents/:id/capture', change(steps.captureIntent));
  api.post('/payment_intents/:id/cancel', change(steps.cancelIntent));

  api.post('/refunds', change(steps.createRefund));
  api.get('/refunds', (req, res) => void res.json(belonging(req, store.refunds)));
  api.get('/refunds/:id', (req, res) => void res.json(one(store.refunds, 'refund', req.params.id)));
  api.get('/charges', (req, res) => void res.json(belonging(req, store.charges)));
  api.get('/charges/:id', (req, res) => void res.json(one(store.charges, 'charge', req.params.id)));

  api.get('/events', (req, res) => {
    const { type, types = type ? [type] : undefined, ...params } = parse(eventListParams, req.query);
    const events = [...store.deliveries.values()].map(({ event }) => event);
    res.json(page(req, types ? events.filter((event) => types.includes(event.type)) : events, params));
  });
  api.get('/events/:id', (req, res) => {
    const delivery = store.deliveries.get(req.params.id);
    if (!delivery) throw noSuch('event', req.params.id, 'id');
    res.json(delivery.event);
  });
  api.get('/balance', (_req, res) => void res.json(balance(emulator)));

  api.use((req) => {
    const url = `${req.method}: ${req.originalUrl.split('?')[0]}`;
    throw new StripeError(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${url}).`,
    });
  });
  api.use(stripeErrors);
  return api;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A request that changes something, with all that can go wrong on its way. */
function changing<S extends z.ZodType>(emulator: Emulator, step: Step<S>): RequestHandler {
  const lost = new Map<string, number>();

  /** The SDK repeats a closed connection once by itself: only two lost answers are seen by the shop. */
  function isLost({ body }: Answer): boolean {
    const intent = emulator.store.intents.get((body as { id?: string }).id ?? '');
    if (!intent || !(step.operation === 'confirm' || step.operation === 'create')) return false;
    if (!cardNamed(intent.emulator.card ?? '').answerLost) return false;
    const times = (lost.get(intent.id) ?? 0) + 1;
    lost.set(intent.id, times);
    return times <= 2;
  }

  return async (req, res) => {
    const plan = emulator.faults.plan(step.operation);
    if (plan.resetBeforeEffect) return void req.socket.destroy();
    const answer = await onceByKey(emulator, step, plan, req, res);
    if (plan.resetAfterEffect || isLost(answer)) return void req.socket.destroy();
    res
      .status(answer.status)
      .set(answer.headers ?? {})
      .json(answer.body);
  };
}

async function onceByKey<S extends z.ZodType>(
  emulator: Emulator,
  step: Step<S>,
  plan: Plan,
  req: Request,
  res: Response,
): Promise<Answer> {
  const key = idempotencyKey(req.get('idempotency-key'));
  const path = req.originalUrl.split('?')[0] ?? '';
  if (key) res.set('idempotency-key', key);
  const known = key && emulator.idempotency.answered(key, path, req.body);
  if (known) {
    const headers = { 'idempotent-replayed': 'true', 'original-request': known.requestId };
    return { status: known.status, body: known.body, headers: { ...headers, ...noRetry(known.status) } };
  }

  const release = emulator.idempotency.hold(key);
  try {
    // Refused here, nothing has begun: the key stays unused.
    const params = parse(step.schema, req.body);
    await sleep(plan.latencyMs);
    const done = await attempt(emulator, step, plan, params, req.params['id'] as string);
    const error = plan.errorAfterEffect ? apiError() : done.error;
    const status = error?.status ?? 200;
    const body = error ? { error: error.body } : shown(done.change?.refund ?? done.change?.intent ?? {});
    const requestId = String(res.get('request-id'));
    const kept = key && {
      key,
      path,
      fingerprint: fingerprint(req.body),
      at: Date.now(),
      status,
      body,
      requestId,
    };
    await steps.record(emulator, done.change, { requestId, key: key ?? null }, kept || undefined);
    return { status, body, headers: noRetry(status) };
  } finally {
    release();
  }
}

interface Done {
  change?: Change;
  error?: StripeError;
}

async function attempt<S extends z.ZodType>(
  emulator: Emulator,
  step: Step<S>,
  plan: Plan,
  params: z.output<S>,
  id: string,
): Promise<Done> {
  try {
    await step.wait?.(emulator, params, id);
    if (plan.errorBeforeEffect) return { error: apiError() };
    const change = step.run(emulator, params, id);
    return change.error ? { change, error: change.error } : { change };
  } catch (error) {
    if (error instanceof StripeError) return { error };
    throw error;
  }
}

/** A kept 500 would only be replayed. */
function noRetry(status: number): Record<string, string> {
  return status >= 500 ? { 'stripe-should-retry': 'false' } : {};
}

function reading({ faults }: Emulator): RequestHandler {
  return async (req, _res, next) => {
    const plan = faults.plan('read');
    await sleep(plan.latencyMs);
    if (plan.resetBeforeEffect || plan.resetAfterEffect) return void req.socket.destroy();
    if (plan.errorBeforeEffect || plan.errorAfterEffect) throw apiError();
    next();
  };
}

const named: RequestHandler = (req, res, next) => {
  res.set({ 'request-id': newId('req', 14), 'cache-control': 'no-cache, no-store' });
  const version = req.get('stripe-version');
  if (version) res.set('stripe-version', version);
  next();
};

function authenticated(expected: string): RequestHandler {
  return (req, res, next) => {
    const [scheme = '', credentials = ''] = (req.get('authorization') ?? '').split(' ');
    const basic = /^basic$/i.test(scheme);
    const given = basic ? Buffer.from(credentials, 'base64').toString().split(':')[0] : credentials;
    if (given === expected) return next();
    const message = given
      ? `Invalid API Key provided: ${given.slice(0, 8)}${'*'.repeat(8)}${given.length > 16 ? given.slice(-4) : ''}`
      : "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
    res.set('www-authenticate', 'Bearer realm="Stripe"');
    throw new StripeError(401, { type: 'invalid_request_error', message });
  };
}

const formOnly: RequestHandler = (req, _res, next) => {
  const empty = !req.get('transfer-encoding') && Number(req.get('content-length') ?? 0) === 0;
  if (req.method === 'POST' && !empty && !req.is('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have questions, we can help at https://support.stripe.com/.',
    );
  }
  next();
};

const stripeErrors: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  if (res.headersSent) return next(thrown);
  const error = asStripeError(thrown);
  if (error.status >= 500 && !(thrown instanceof StripeError)) {
    process.stderr.write(`${req.method} ${req.path}: ${String((thrown as Error).stack)}\n`);
  }
  res.status(error.status).json({ error: error.body });
};

function asStripeError(thrown: unknown): StripeError {
  if (thrown instanceof StripeError) return thrown;
  const { status, message } = thrown as { status?: number; message?: string };
  if (!status || status >= 500) return apiError();
  return new StripeError(status, { type: 'invalid_request_error', message: `Invalid request: ${message}` });
}

function belonging<T extends { id: string; created: number; payment_intent: string; charge?: string }>(
  req: Request,
  objects: ReadonlyMap<string, T>,
) {
  const params = parse(refundListParams, req.query);
  const wanted = [...objects.values()].filter(
    (object) =>
      (params.payment_intent ?? object.payment_intent) === object.payment_intent &&
      (params.charge ?? object.charge) === object.charge,
  );
  return page(req, wanted, params);
}

function one<T>(objects: ReadonlyMap<string, T>, kind: string, id: string): T {
  const object = objects.get(id);
  if (!object) throw noSuch(kind, id, kind);
  return object;
}

function balance({ store }: Emulator) {
  const amounts = new Map<string, number>();
  const add = (currency: string, amount: number) =>
    amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  for (const { currency, amount_received } of store.intents.values()) add(currency, amount_received);
  for (const { currency, amount } of store.refunds.values()) add(currency, -amount);
  const available = [...amounts].map(([currency, amount]) => ({
    currency,
    amount,
    source_types: { card: amount },
  }));
  return { object: 'balance', available, pending: [], livemode: false, as_of: seconds() };
}
