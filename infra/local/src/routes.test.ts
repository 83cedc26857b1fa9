import { resolve } from 'node:path';
import { matchRoute, readRoutes, routesOf } from './routes.ts';

const routes = readRoutes(resolve(__dirname, '../../..'));

describe('The route table of the Ingress manifests', () => {
  it.each([
    ['/', 'client-srv'],
    ['/tickets', 'client-srv'],
    ['/tickets/66f000000000000000000001', 'client-srv'],
    ['/auth/signin', 'client-srv'],
    ['/orders', 'client-srv'],
    ['/_next/static/chunks/main.js', 'client-srv'],
    ['/favicon.ico', 'client-srv'],
    ['/api', 'client-srv'],
    ['/api/', 'client-srv'],
    ['/api/other', 'client-srv'],
    ['/API/users', 'client-srv'],
    ['/api/users', 'auth-srv'],
    ['/api/users/', 'auth-srv'],
    ['/api/users/signin', 'auth-srv'],
    ['/api/users/a/b/c', 'auth-srv'],
    ['/api/usersx', 'client-srv'],
    ['/api/users-list', 'client-srv'],
    ['/api/user', 'client-srv'],
    ['/api/tickets', 'tickets-srv'],
    ['/api/tickets/', 'tickets-srv'],
    ['/api/tickets/stream', 'tickets-srv'],
    ['/api/tickets/66f000000000000000000001', 'tickets-srv'],
    ['/api/ticketsoffice', 'client-srv'],
    ['/api/ticket', 'client-srv'],
    ['/api/orders', 'orders-srv'],
    ['/api/orders/stream', 'orders-srv'],
    ['/api/orders/66f000000000000000000001', 'orders-srv'],
    ['/api/orders.json', 'client-srv'],
    ['/api/payments', 'payments-srv'],
    ['/api/payments/config', 'payments-srv'],
    ['/api/payments/webhook', 'payments-srv'],
    ['/api/payments/66f000000000000000000001/refund', 'payments-srv'],
    ['/api/paymentsx/config', 'client-srv'],
    ['/x/api/users', 'client-srv'],
    ['//api/users', 'client-srv'],
    ['/stripe-emulator/bank', 'stripe-emulator-srv'],
    ['/stripe-emulator/bank/pi_123', 'stripe-emulator-srv'],
    ['/stripe-emulator/banknote', 'client-srv'],
    ['/stripe-emulator', 'client-srv'],
    ['/v1/payment_intents', 'client-srv'],
  ])('routes %s to %s', (path, service) => {
    expect(matchRoute(routes, path)?.service).toBe(service);
  });

  it('prefers the longest prefix and an exact path to a prefix of the same length', () => {
    const table = routesOf(`
kind: Ingress
spec:
  rules:
    - http:
        paths:
          - { path: /a, pathType: Prefix, backend: { service: { name: short } } }
          - { path: /a/b, pathType: Prefix, backend: { service: { name: long } } }
          - { path: /a/b, pathType: Exact, backend: { service: { name: exact } } }
`);

    expect(['/a', '/a/b', '/a/b/', '/a/b/c', '/b'].map((path) => matchRoute(table, path)?.service)).toEqual([
      'short',
      'exact',
      'long',
      'long',
      undefined,
    ]);
  });

  it('throws for a path type that some ingress controllers do not support', () => {
    const manifest = `
kind: Ingress
spec: { rules: [{ http: { paths: [{ path: /a, pathType: ImplementationSpecific, backend: { service: { name: a } } }] } }] }
`;

    expect(() => routesOf(manifest)).toThrow('ImplementationSpecific is not portable');
  });
});
