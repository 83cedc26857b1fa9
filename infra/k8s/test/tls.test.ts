import * as auth from '../../../auth/src/config.ts';
import * as expiration from '../../../expiration/src/config.ts';
import * as orders from '../../../orders/src/config.ts';
import * as payments from '../../../payments/src/config.ts';
import * as tickets from '../../../tickets/src/config.ts';
import { ofKind, workloads } from './manifest.ts';
import { overlayRules } from './overlay-rules.ts';
import { podRules } from './pod-rules.ts';
import { describeRendered, renderOverlay } from './rendered.ts';
import {
  certificatesNameTheirHosts,
  privateKeysStayWithStores,
  programsAndStoresAgreeOnTls,
} from './rules/tls.ts';
import { typeErrors } from './strict-types.ts';
import type { Violation } from './violations.ts';
import { changeTickets, workloadOf } from './violations.ts';

const combinations = [
  ['staging', 'broker-tls', 'store-tls', 'certificates'],
  ['staging-jetstream', 'broker-tls', 'store-tls', 'certificates'],
  ['staging-jetstream', 'monitoring', 'autoscaling', 'broker-tls', 'store-tls'],
  ['staging', 'store-tls', 'backup'],
  ['dev', 'gateway-api', 'jetstream', 'broker-tls', 'store-tls'],
  ['prod', 'broker-tls', 'certificates'],
  ['prod-jetstream', 'broker-tls', 'external-secrets'],
].map(([overlay = '', ...components]) => {
  const name = [overlay, ...components].join(' + ');
  return { name, manifests: renderOverlay(overlay, ...components) };
});

describeRendered('TLS between the services and their stores', () => {
  const [staging = [], withJetStream = []] = combinations.map(({ manifests }) => manifests);

  it.each(combinations)('follows every rule with $name', ({ manifests }) => {
    for (const [title, rule] of [...podRules, ...overlayRules])
      expect([title, rule(manifests)]).toEqual([title, []]);
    for (const rule of [programsAndStoresAgreeOnTls, privateKeysStayWithStores, certificatesNameTheirHosts])
      expect(rule(manifests)).toEqual([]);
  });

  it('has only objects that match their types', () => {
    expect(typeErrors(combinations.flatMap(({ manifests }) => manifests))).toEqual([]);
  }, 120_000);

  it('adds to each service only variables that it reads', () => {
    const services = { auth, tickets, orders, payments, expiration };
    for (const { app, container } of workloads(staging)) {
      const known = Object.keys(services[app as keyof typeof services]?.environment ?? {});
      const added = (container.env ?? []).map(({ name }) => name).filter((name) => name.endsWith('_CA_FILE'));
      expect(known).toEqual(expect.arrayContaining(added.map((name) => name.replace('_FILE', ''))));
    }
    expect(JSON.stringify(staging).match(/_CA_FILE/g)).toHaveLength(10);
  });

  it('keeps the probes working: they use TLS themselves, or the plain monitoring port of the broker', () => {
    const brokers = { nats: staging, jetstream: withJetStream };
    const probed = Object.entries(brokers).map(([app, manifests]) => {
      const { readinessProbe, livenessProbe } = workloadOf(manifests, app).container;
      return [readinessProbe, livenessProbe].map((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port);
    });
    expect(probed).toEqual([
      ['monitor', 'monitor'],
      ['monitor', 'monitor'],
    ]);
    const scripts = ofKind(staging, 'ConfigMap').map(({ data }) => data?.['probe.sh'] ?? '');
    expect(scripts.filter((script) => script.includes('[ -e /etc/tls/ca.crt ]'))).toHaveLength(2);
  });

  it('keeps the other arguments of MongoDB', () => {
    const plain = workloadOf(renderOverlay('staging'), 'auth-mongo').container.args ?? [];
    expect(workloadOf(staging, 'auth-mongo').container.args?.slice(0, plain.length)).toEqual(plain);
  });

  it('does not agree when jetstream comes after broker-tls', () => {
    const manifests = renderOverlay('staging', 'broker-tls', 'jetstream');
    expect(programsAndStoresAgreeOnTls(manifests)).toHaveLength(5);
  });

  const violations: Record<string, [typeof programsAndStoresAgreeOnTls, Violation]> = {
    'a broker without TLS': [
      programsAndStoresAgreeOnTls,
      (all) => (workloadOf(all, 'nats').container.args = []),
    ],
    'a MongoDB that accepts plain connections': [
      programsAndStoresAgreeOnTls,
      (all) => {
        const { container } = workloadOf(all, 'tickets-mongo');
        container.args = container.args?.map((arg) => (arg === 'requireTLS' ? 'allowTLS' : arg)) ?? [];
      },
    ],
    'a service without the authority': [
      programsAndStoresAgreeOnTls,
      changeTickets(
        ({ container }) =>
          (container.env = container.env?.filter(({ name }) => name !== 'MONGO_CA_FILE') ?? []),
      ),
    ],
    'the authority of another store': [
      programsAndStoresAgreeOnTls,
      changeTickets(({ spec }) =>
        spec.volumes?.forEach(({ name, secret }) => {
          if (name === 'store-ca') Object.assign(secret ?? {}, { secretName: 'orders-mongo-tls' });
        }),
      ),
    ],
    'a service with the private key of a store': [
      privateKeysStayWithStores,
      changeTickets(({ spec }) => spec.volumes?.forEach(({ secret }) => delete secret?.items)),
    ],
    'a certificate for another host': [
      certificatesNameTheirHosts,
      (all) => ofKind(all, 'Certificate').forEach(({ spec }) => (spec.dnsNames = ['x'])),
    ],
    'a certificate of MongoDB without the combined file': [
      certificatesNameTheirHosts,
      (all) => ofKind(all, 'Certificate').forEach(({ spec }) => delete spec.additionalOutputFormats),
    ],
  };
  it.each(Object.entries(violations))('is found to be broken by %s', (_what, [rule, violate]) => {
    const manifests = structuredClone(staging);
    violate(manifests);
    expect(rule(manifests)).not.toEqual([]);
  });
});
