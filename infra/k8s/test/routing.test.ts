import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../../local/src/routes.ts';
import { matchRoute, readRoutes } from '../../local/src/routes.ts';
import type { Manifest } from './manifest.ts';
import { ofKind } from './manifest.ts';
import { describeRendered, renderOne } from './rendered.ts';

const root = join(import.meta.dirname, '../../..');

const samples = [
  '/',
  '/tickets',
  '/tickets/6561d0f0c0ffee0000000001',
  '/orders',
  '/auth/signin',
  '/account',
  '/sell/new',
  '/apifoo',
  '/api',
  '/api/',
  '/api/user',
  '/api/users',
  '/api/users/',
  '/api/users/signup',
  '/api/users/currentuser',
  '/api/usersx',
  '/api/users-old',
  '/api/tickets',
  '/api/tickets/',
  '/api/tickets/stream',
  '/api/tickets/6561d0f0c0ffee0000000001',
  '/api/ticketsx',
  '/api/orders',
  '/api/orders/',
  '/api/orders/6561d0f0c0ffee0000000001',
  '/api/ordersx',
  '/api/payments',
  '/api/payments/config',
  '/api/payments/webhook',
  '/api/payments/6561d0f0c0ffee0000000001/refund',
  '/api/paymentsx',
  '/api/expiration',
  '/healthz/ready',
  '/metrics',
  '/_next/static/x.js',
  '/posters/a.svg',
  '/icon.svg',
  '/sitemap.xml',
  '/API/USERS',
  '/api//users',
  '/checkout/6561d0f0c0ffee0000000001/return',
];

function ofIngress(manifests: Manifest[]): Route[] {
  return ofKind(manifests, 'Ingress')
    .flatMap(({ spec }) => spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .map(({ path = '', pathType, backend }) => ({
      path,
      pathType: pathType as Route['pathType'],
      service: backend.service?.name ?? '',
    }));
}

function ofGateway(manifests: Manifest[]): Route[] {
  return ofKind(manifests, 'HTTPRoute')
    .flatMap(({ spec }) => spec.rules)
    .filter(({ backendRefs }) => backendRefs)
    .flatMap(({ matches, backendRefs }) =>
      matches.map(({ path }) => ({
        path: path.value,
        pathType: path.type === 'PathPrefix' ? ('Prefix' as const) : ('Exact' as const),
        service: backendRefs?.[0]?.name ?? '',
      })),
    );
}

const served = (routes: Route[]) => samples.map((path) => [path, matchRoute(routes, path)?.service]);

describeRendered('routing', () => {
  const prod = renderOne('overlays/prod');
  const gateway = renderOne('overlays/prod', 'gateway-api');
  const localWithoutEmulator = readRoutes(root).filter(({ service }) => service !== 'stripe-emulator-srv');

  it(`sends ${samples.length} sample paths to the same services by Ingress, Gateway and the local router`, () => {
    expect(served(ofIngress(prod))).toEqual(served(localWithoutEmulator));
    expect(served(ofGateway(gateway))).toEqual(served(localWithoutEmulator));
    expect(served(ofIngress(renderOne('overlays/dev')))).toEqual(served(readRoutes(root)));
    const expected = {
      '/api/users/signup': 'auth-srv',
      '/api/usersx': 'client-srv',
      '/api/tickets': 'tickets-srv',
    };
    expect(Object.fromEntries(served(ofIngress(prod)))).toMatchObject(expected);
  });

  it('refers only to existing Services', () => {
    const services = ofKind(prod, 'Service').map(({ metadata }) => metadata.name);
    for (const { service } of [...ofIngress(prod), ...ofGateway(gateway)])
      expect(services).toContain(service);
  });

  it('makes only the bank page of the emulator public, and only with its component', () => {
    const path = '/stripe-emulator/bank/pi_1';
    const other = '/stripe-emulator/_emulator/ledger';
    expect(matchRoute(ofIngress(renderOne('overlays/dev')), path)?.service).toBe('stripe-emulator-srv');
    expect(matchRoute(ofIngress(renderOne('overlays/dev')), other)?.service).toBe('client-srv');
    expect(matchRoute(ofIngress(prod), path)?.service).toBe('client-srv');
  });

  it('serves every route of the Gateway by https with the certificate of the Ingress, and redirects http to it', () => {
    const routes = ofKind(gateway, 'HTTPRoute').map(({ metadata, spec }) => ({
      name: metadata.name,
      listener: spec.parentRefs.map(({ sectionName }) => sectionName).join(),
      filters: spec.rules.map(({ filters }) => filters?.[0]),
    }));
    const strict = {
      type: 'ResponseHeaderModifier',
      responseHeaderModifier: { set: [{ name: 'Strict-Transport-Security', value: 'max-age=31536000' }] },
    };
    const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };
    expect(routes).toEqual([
      { name: 'redirect-to-https', listener: 'http', filters: [redirect] },
      { name: 'ticketing', listener: 'https', filters: Array.from({ length: 5 }, () => strict) },
    ]);
    const listeners = ofKind(gateway, 'Gateway').flatMap(({ spec }) => spec.listeners);
    expect(listeners.map(({ name, port }) => `${name} ${port}`)).toEqual(['http 80', 'https 443']);
    expect(listeners[1]?.tls?.certificateRefs).toEqual([{ name: 'ticketing-tls' }]);
  });

  it('uses plain http on the Gateway of a development cluster, which has no certificate', () => {
    const dev = renderOne('overlays/gateway/platform');
    expect(ofKind(dev, 'Gateway').flatMap(({ spec }) => spec.listeners.map(({ name }) => name))).toEqual([
      'http',
    ]);
    expect(
      ofKind(dev, 'HTTPRoute').map(({ metadata, spec }) => [metadata.name, spec.parentRefs[0]?.sectionName]),
    ).toEqual([['ticketing', 'http']]);
  });

  it('fails this test when the Gateway lacks a route', () => {
    const other = structuredClone(gateway);
    for (const { spec } of ofKind(other, 'HTTPRoute')) if (spec.rules.length > 1) spec.rules.shift();
    expect(served(ofGateway(other))).not.toEqual(served(localWithoutEmulator));
  });
});

describeRendered('network policies', () => {
  const prod = renderOne('overlays/prod');
  const staging = renderOne('overlays/staging');

  it('allow exactly the connections of the diagram in docs/architecture.md, in both directions', () => {
    const drawn = edgesOf(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
    // Pages call the services, and the emulator takes the place of Stripe.
    const client = ['auth', 'tickets', 'orders', 'payments'].map((name) => `client → ${name}`);
    const emulator = [
      'payments → stripe-emulator',
      'stripe-emulator → payments',
      'ingress → stripe-emulator',
    ];
    const wanted = [...drawn, ...client, ...emulator].sort();
    expect(allowed(staging, 'Egress').filter((edge) => !edge.endsWith('→ dns'))).toEqual(
      wanted.filter((edge) => !edge.startsWith('ingress')),
    );
    expect(allowed(staging, 'Ingress')).toEqual(wanted.filter((edge) => edge !== 'payments → stripe'));
  });

  it('deny everything else except DNS', () => {
    for (const manifests of [prod, staging]) {
      const deny = ofKind(manifests, 'NetworkPolicy').find(
        ({ metadata }) => metadata.name === 'default-deny',
      );
      expect(deny?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      expect(allowed(manifests, 'Egress')).toContain('* → dns');
    }
  });

  it('allow stores outside the cluster in production only', () => {
    const outside = (manifests: Manifest[]) =>
      allowed(manifests, 'Egress').filter((edge) => edge.endsWith('outside'));
    expect(outside(staging)).toEqual([]);
    expect(outside(prod)).toEqual(
      ['auth', 'expiration', 'orders', 'payments', 'tickets'].map((name) => `${name} → outside`),
    );
  });

  it('allow only the five services to connect to JetStream, and only with its component', () => {
    const services = ['auth', 'expiration', 'orders', 'payments', 'tickets'];
    const edges = (direction: 'Ingress' | 'Egress', manifests: Manifest[]) =>
      allowed(manifests, direction).filter((edge) => edge.includes('jetstream'));
    const wanted = services.map((name) => `${name} → jetstream`);
    const manifests = renderOne('overlays/staging-jetstream');
    expect([edges('Egress', manifests), edges('Ingress', manifests)]).toEqual([wanted, wanted]);
    expect(edges('Egress', staging)).toEqual([]);
  });

  it('allow the backup to connect to the four databases, and only with its component', () => {
    const manifests = renderOne('overlays/staging', 'backup');
    const wanted = ['auth', 'orders', 'payments', 'tickets'].map((name) => `backup → ${name}-mongo`);
    for (const direction of ['Egress', 'Ingress'] as const)
      expect(allowed(manifests, direction).filter((edge) => edge.startsWith('backup'))).toEqual(wanted);
    expect(allowed(staging, 'Ingress').join()).not.toContain('backup');
  });

  it('fails this test when a policy allows one more connection', () => {
    const open = structuredClone(staging);
    const policy = ofKind(open, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'client');
    policy?.spec?.egress?.push({
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'auth-mongo' } } }],
    });
    expect(allowed(open, 'Egress')).toContain('client → auth-mongo');
  });
});

/** The arrows of the diagram as `from → to`, with the full names of the stores. */
function edgesOf(markdown: string): string[] {
  const diagram = /```mermaid\nflowchart LR\n([\s\S]*?)```/.exec(markdown)?.[1] ?? '';
  const stores: Record<string, string> = {
    a: 'auth-mongo',
    t: 'tickets-mongo',
    o: 'orders-mongo',
    p: 'payments-mongo',
    r: 'expiration-redis',
  };
  return diagram.split('\n').flatMap((line) => {
    const [, left, right] = /^ *([\w& ]+?) *(?:-->\|[^|]*\||---|-->|<-->) *(\w+)/.exec(line) ?? [];
    if (!left || !right || left === 'browser') return [];
    return left.split('&').map((from) => `${from.trim()} → ${stores[right] ?? right}`);
  });
}

/** The connections that the policies allow, as `from → to`, by their egress or their ingress rules. */
function allowed(manifests: Manifest[], direction: 'Ingress' | 'Egress'): string[] {
  type Selector = { matchLabels?: Record<string, string>; matchExpressions?: { values?: string[] }[] };
  const apps = (selector?: Selector) => selector?.matchExpressions?.[0]?.values ?? [app(selector)];
  const app = (selector?: Selector) =>
    selector?.matchLabels?.['app.kubernetes.io/name'] ??
    selector?.matchLabels?.['k8s-app']?.replace('kube-', '') ??
    '*';
  const edges = ofKind(manifests, 'NetworkPolicy').flatMap(({ spec }) => {
    const selves = apps(spec?.podSelector);
    const peers =
      direction === 'Ingress'
        ? spec?.ingress?.flatMap(({ from }) => from ?? [])
        : spec?.egress?.flatMap(({ to }) => to ?? []);
    return (peers ?? []).flatMap(({ podSelector, namespaceSelector, ipBlock }) => {
      const other = ipBlock
        ? ipBlock.except
          ? 'stripe'
          : 'outside'
        : namespaceSelector && !podSelector
          ? 'ingress'
          : app(podSelector);
      return selves.map((self) => (direction === 'Ingress' ? `${other} → ${self}` : `${self} → ${other}`));
    });
  });
  return edges.sort();
}
