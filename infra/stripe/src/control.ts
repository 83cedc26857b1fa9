import express from 'express';
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import { z } from 'zod';
import { StripeError } from './errors.ts';
import { knobs } from './faults.ts';
import { authenticate } from './intents.ts';
import type { Change } from './intents.ts';
import { shown } from './objects.ts';
import { confirmIntent, intentOf, record, refundsOf } from './operations.ts';
import type { Emulator } from './operations.ts';

/** For tests and checkers; routed nowhere. */
export function control(emulator: Emulator): Router {
  const { store, faults } = emulator;
  const api = express.Router();
  api.use(express.json());

  api.get('/faults', (_req, res) => void res.json(faults.get()));
  api.post('/faults', (req, res) => {
    faults.set(knobs.parse(req.body ?? {}));
    res.json(faults.get());
  });
  api.delete('/faults', (_req, res) => {
    faults.set(knobs.parse({}));
    res.json(faults.get());
  });

  api.get('/ledger', (_req, res) => void res.json(ledger(emulator)));

  api.post('/intents/:id/authenticate', async (req, res) => {
    const { outcome } = z.object({ outcome: z.enum(['success', 'failure']) }).parse(req.body ?? {});
    const change = authenticate(intentOf(store, req.params.id), outcome === 'success');
    await record(emulator, change, byBuyer);
    res.json(shown(change.intent));
  });
  api.post('/intents/:id/confirm-as-buyer', confirmAsBuyer(emulator));

  api.use((req, res) => void res.status(404).json({ error: { message: `Nothing at ${req.originalUrl}` } }));
  api.use(errors);
  return api;
}

const byBuyer = { requestId: null, key: null };
const buyerConfirms = z.object({ token: z.string(), return_url: z.url().optional() });

/** What the Payment Element does in the buyer's browser. */
function confirmAsBuyer(emulator: Emulator): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const { token, return_url } = buyerConfirms.parse(req.body ?? {});
    const { id } = req.params;
    const params = { payment_method_data: { type: 'card' as const, card: { token } }, return_url };
    await confirmIntent.wait?.(emulator, params, id);
    const change: Change = confirmIntent.run(emulator, params, id);
    await record(emulator, change, byBuyer);
    if (change.error) throw change.error;
    res.json(shown(change.intent));
  };
}

/** What was held, taken and given back, intent by intent. */
function ledger({ store }: Emulator) {
  return [...store.intents.values()].map((intent) => {
    const refunds = refundsOf(store, intent.id);
    const { captures, holds, declines } = intent.emulator;
    return {
      id: intent.id,
      created: intent.created,
      amount: intent.amount,
      currency: intent.currency,
      metadata: intent.metadata,
      status: intent.status,
      held: intent.amount_capturable,
      captured: intent.amount_received,
      refunded: refunds.reduce((sum, { amount }) => sum + amount, 0),
      canceled: intent.status === 'canceled',
      holds,
      captures,
      refunds: refunds.length,
      declines,
    };
  });
}

const errors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof StripeError) return void res.status(error.status).json({ error: error.body });
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(({ path, message }) => ({ param: path.join('.'), message }));
    return void res.status(400).json({ error: { message: z.prettifyError(error), issues } });
  }
  if (error instanceof SyntaxError) return void res.status(400).json({ error: { message: 'Not JSON' } });
  next(error);
};
