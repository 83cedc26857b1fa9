import type { Express } from 'express';
import type { Limiter, Outbox, Revocations, ServiceContext } from '@ticketing/common';
import { addOperatorRoutes, operatorsOnly, serviceApp, sessionReader } from '@ticketing/common';
import type { CardGuard } from './card-guard.ts';
import type { Config } from './config.ts';
import { readFacts } from './facts.ts';
import { showReconciliation } from './routes/admin/show-reconciliation.ts';
import { createPayment } from './routes/create-payment.ts';
import { listReturns } from './routes/list-returns.ts';
import { readWebhookBody } from './routes/read-webhook-body.ts';
import { receiveWebhook } from './routes/receive-webhook.ts';
import { refundPayment } from './routes/refund-payment.ts';
import { showConfig } from './routes/show-config.ts';
import { findPaymentOfOrder, showPayment } from './routes/show-payment.ts';
import type { StripeGateway } from './stripe.ts';
import type { Worker } from './worker.ts';

export type Deps = {
  config: Pick<Config, 'publicOrigins' | 'publicKeys' | 'cookieSecure' | 'trustProxy' | 'stripe' | 'rates'>;
  limiter: Limiter;
  cards: CardGuard;
  revocations: Pick<Revocations, 'isRevoked'>;
  gateway: StripeGateway;
  worker: Worker;
  outbox: Outbox;
  context: Pick<ServiceContext, 'source' | 'bus' | 'deadLetters' | 'log'>;
};

export function createApp(deps: Deps): Express {
  const { config, revocations, limiter, cards, gateway, worker, outbox, context } = deps;
  const { bus, log } = context;
  const { stripe, rates } = config;
  const readSession = sessionReader(config.publicKeys, revocations, config.cookieSecure);
  return serviceApp(
    { config, readSession, log, outbox },
    (app) => {
      app.get('/api/payments/config', showConfig(stripe));
      app.get('/api/payments', findPaymentOfOrder({ bus, worker, stripe }));
      app.post(
        '/api/payments',
        limiter('payments', rates.payments),
        createPayment({ bus, outbox, log, worker, cards, stripe }),
      );
      app.get('/api/payments/returns', listReturns());
      app.get('/api/payments/:id', showPayment({ bus, worker, stripe }));
      app.post(
        '/api/payments/:id/refund',
        limiter('refunds', rates.refunds),
        refundPayment({ bus, outbox, worker, log }),
      );
      const operators = operatorsOnly(limiter);
      app.get('/api/payments/admin/reconciliation', operators, showReconciliation());
      addOperatorRoutes(app, '/api/payments', {
        ...{ ...context, limiter, operators },
        readFacts: (ids) => readFacts(ids, gateway),
      });
    },
    {
      beforeBody(app) {
        app.post(
          '/api/payments/webhook',
          readWebhookBody(config, log),
          receiveWebhook({ gateway, worker, log }),
        );
      },
    },
  );
}
