import type { Request, Router } from 'express';
import express from 'express';
import type { z } from 'zod';
import {
  assignRequestId,
  injectReadFaults,
  requireApiKey,
  requireForm,
  stripeErrorHandler,
  traceCall,
  unknownRoute,
} from './api-middleware.ts';
import { noSuch } from './errors.ts';
import { balance } from './ledger.ts';
import { matches, page } from './lists.ts';
import { mutationHandler } from './mutation-handler.ts';
import { toPublic } from './objects.ts';
import type { Emulator, Mutation } from './operations.ts';
import * as operations from './operations.ts';
import { eventListParams, parse, refundListParams, searchParams } from './params.ts';
import type { Store } from './store.ts';

/** The part of Stripe's API, version 1, that the shop uses. */
export function stripeApi(emulator: Emulator): Router {
  const { store } = emulator;
  const api = express.Router();
  const mutate = <S extends z.ZodType>(mutation: Mutation<S>) => mutationHandler(emulator, mutation);

  api.use(traceCall, assignRequestId, requireApiKey(emulator.stripeKey));
  api.use(express.urlencoded({ extended: true }), requireForm);
  api.get('/{*any}', injectReadFaults(emulator.faults));

  api.post('/payment_intents', mutate(operations.createIntent));
  api.get('/payment_intents', (req, res) => void res.json(page(req, store.intents.values())));
  api.get('/payment_intents/search', (req, res) => void res.json(searchIntents(req, store)));
  api.get(
    '/payment_intents/:id',
    (req, res) => void res.json(toPublic(operations.findIntent(store, req.params.id))),
  );
  api.post('/payment_intents/:id', mutate(operations.updateIntent));
  api.post('/payment_intents/:id/confirm', mutate(operations.confirmIntent));
  api.post('/payment_intents/:id/capture', mutate(operations.captureIntent));
  api.post('/payment_intents/:id/cancel', mutate(operations.cancelIntent));

  api.post('/refunds', mutate(operations.createRefund));
  api.get('/refunds', (req, res) => void res.json(listOfPayment(req, store.refunds)));
  api.get('/refunds/:id', (req, res) => void res.json(findOrThrow(store.refunds, 'refund', req.params.id)));
  api.get('/disputes', (req, res) => void res.json(listOfPayment(req, store.disputes)));
  api.get(
    '/disputes/:id',
    (req, res) => void res.json(findOrThrow(store.disputes, 'dispute', req.params.id)),
  );
  api.get('/charges', (req, res) => void res.json(listOfPayment(req, store.charges)));
  api.get('/charges/:id', (req, res) => void res.json(findOrThrow(store.charges, 'charge', req.params.id)));

  api.get('/events', (req, res) => void res.json(listEvents(req, store)));
  api.get('/events/:id', (req, res) => {
    const delivery = store.deliveries.get(req.params.id);
    if (!delivery) throw noSuch('event', req.params.id, 'id');
    res.json(delivery.event);
  });
  api.get('/balance', (_req, res) => void res.json(balance(store)));

  api.use(unknownRoute);
  api.use(stripeErrorHandler);
  return api;
}

function searchIntents(req: Request, store: Store) {
  const { limit, query } = parse(searchParams, req.query);
  const found = [...store.intents.values()].filter(matches(query)).reverse();
  return {
    object: 'search_result',
    data: found.slice(0, limit).map(toPublic),
    has_more: found.length > limit,
    next_page: null,
    url: req.originalUrl,
  };
}

/** Lists refunds, disputes or charges, optionally those of one payment_intent or charge. */
function listOfPayment<T extends { id: string; created: number; payment_intent: string; charge?: string }>(
  req: Request,
  objects: ReadonlyMap<string, T>,
) {
  const params = parse(refundListParams, req.query);
  const selected = [...objects.values()].filter(
    (object) =>
      (params.payment_intent ?? object.payment_intent) === object.payment_intent &&
      (params.charge ?? object.charge) === object.charge,
  );
  return page(req, selected, params);
}

function listEvents(req: Request, store: Store) {
  const { type, types = type ? [type] : undefined, ...params } = parse(eventListParams, req.query);
  const events = [...store.deliveries.values()].map(({ event }) => event);
  return page(req, types ? events.filter((event) => types.includes(event.type)) : events, params);
}

function findOrThrow<T>(objects: ReadonlyMap<string, T>, kind: string, id: string): T {
  const object = objects.get(id);
  if (!object) throw noSuch(kind, id, kind);
  return object;
}
