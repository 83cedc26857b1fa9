import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import type { Change } from './change.ts';
import { dashboard } from './dashboard.ts';
import { StripeError } from './errors.ts';
import { faultOptions } from './faults.ts';
import { authenticate } from './intents.ts';
import { ledger } from './ledger.ts';
import { toPublic } from './objects.ts';
import type { Emulator } from './operations.ts';
import { commitChange, confirmIntent, findIntent } from './operations.ts';

/** Inspection and fault injection for tests. No ingress routes to it. */
export function control(emulator: Emulator): Router {
  const { store, faults } = emulator;
  const api = express.Router();
  api.use(express.json());

  api.get('/faults', (_req, res) => void res.json(faults.get()));
  api.post('/faults', (req, res) => {
    faults.set(faultOptions.parse(req.body ?? {}));
    res.json(faults.get());
  });
  api.delete('/faults', (_req, res) => {
    faults.set(faultOptions.parse({}));
    res.json(faults.get());
  });

  api.get('/ledger', (_req, res) => void res.json(ledger(store)));

  api.post('/intents/:id/authenticate', async (req, res) => {
    const { outcome } = z.object({ outcome: z.enum(['success', 'failure']) }).parse(req.body ?? {});
    const change = authenticate(findIntent(store, req.params.id), outcome === 'success');
    await commitChange(emulator, change, buyerOrigin);
    res.json(toPublic(change.intent));
  });
  api.post('/intents/:id/confirm-as-buyer', confirmAsBuyer(emulator));
  api.use(dashboard(emulator));

  api.use((req, res) => void res.status(404).json({ error: { message: `No route for ${req.originalUrl}` } }));
  api.use(errorHandler);
  return api;
}

const buyerOrigin = { requestId: null, key: null };
const confirmAsBuyerBody = z.object({ token: z.string(), return_url: z.url().optional() });

/** Confirms as the Payment Element does in the buyer's browser. */
function confirmAsBuyer(emulator: Emulator): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const { token, return_url } = confirmAsBuyerBody.parse(req.body ?? {});
    const { id } = req.params;
    const params = { payment_method_data: { type: 'card' as const, card: { token } }, return_url };
    await confirmIntent.delay?.(emulator, params, id);
    const change: Change = confirmIntent.run(emulator, params, id);
    await commitChange(emulator, change, buyerOrigin);
    if (change.error) throw change.error;
    res.json(toPublic(change.intent));
  };
}

const errorHandler: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof StripeError) return void res.status(error.status).json({ error: error.body });
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(({ path, message }) => ({ param: path.join('.'), message }));
    return void res.status(400).json({ error: { message: z.prettifyError(error), issues } });
  }
  if (error instanceof SyntaxError)
    return void res.status(400).json({ error: { message: 'The request body is not valid JSON' } });
  next(error);
};
