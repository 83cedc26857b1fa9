import type { Express } from 'express';
import express from 'express';
import { stripeApi } from './api.ts';
import { bankPage } from './bank-page.ts';
import { control } from './control.ts';
import type { Emulator } from './operations.ts';

export function createApp(emulator: Emulator): Express {
  const app = express();
  app.disable('x-powered-by').set('query parser', 'extended').set('etag', false);
  app.get(['/healthz/live', '/healthz/ready'], (_req, res) => void res.json({ status: 'ok' }));
  app.use('/v1', stripeApi(emulator));
  app.use('/stripe-emulator/bank', bankPage(emulator));
  app.use('/_emulator', control(emulator));
  app.use((req, res) => void res.status(404).json({ error: { message: `No route for ${req.path}` } }));
  return app;
}
