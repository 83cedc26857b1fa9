import type { RequestHandler, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import type { Change } from './change.ts';
import { failRefund, refund } from './charges.ts';
import { openDispute, updateDispute } from './disputes.ts';
import { noSuch } from './errors.ts';
import { toPublic } from './objects.ts';
import type { Emulator } from './operations.ts';
import { commitChange, findCharge, findIntent } from './operations.ts';

const amount = z.int().min(1).optional();
const time = z.int().min(0).optional();
/** False withholds the webhooks of the action, as if they were lost. */
const webhooks = z.boolean().default(true);
const refundBody = z.strictObject({ amount, reason: z.string().optional(), webhooks });
const failBody = z.strictObject({ webhooks });
const disputeBody = z.strictObject({ amount, reason: z.string().optional(), due_by: time, webhooks });
const updateBody = z.strictObject({
  status: z.enum(['needs_response', 'under_review', 'won', 'lost']).optional(),
  due_by: time,
  webhooks,
});

/** What people at Stripe's dashboard, buyers at their bank, and banks do with a captured payment. Amounts in Stripe's unit. */
export function dashboard(emulator: Emulator): Router {
  const { store } = emulator;
  const routes = express.Router();

  routes.post(
    '/intents/:id/refund',
    act(emulator, refundBody, ({ amount, reason }, id) => {
      const intent = findIntent(store, id);
      return refund(intent, findCharge(store, intent), { amount, reason, metadata: {} });
    }),
  );
  routes.post(
    '/refunds/:id/fail',
    act(emulator, failBody, (_, id) => {
      const failed = store.refunds.get(id);
      if (!failed) throw noSuch('refund', id, 'id');
      const intent = findIntent(store, failed.payment_intent);
      return failRefund(intent, findCharge(store, intent), failed);
    }),
  );
  routes.post(
    '/intents/:id/dispute',
    act(emulator, disputeBody, (body, id) => {
      const intent = findIntent(store, id);
      return openDispute(intent, findCharge(store, intent), body);
    }),
  );
  routes.post(
    '/disputes/:id',
    act(emulator, updateBody, (body, id) => {
      const dispute = store.disputes.get(id);
      if (!dispute) throw noSuch('dispute', id, 'id');
      return updateDispute(findIntent(store, dispute.payment_intent), dispute, body);
    }),
  );
  return routes;
}

/** An action without a request to the API. */
function act<S extends z.ZodType<{ webhooks: boolean }>>(
  emulator: Emulator,
  schema: S,
  change: (body: z.output<S>, id: string) => Change,
): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const body = schema.parse(req.body ?? {});
    const done = change(body, req.params.id);
    await commitChange(emulator, done, { requestId: null, key: null, withheld: !body.webhooks });
    res.json(toPublic(done.refund ?? done.dispute ?? done.intent));
  };
}
