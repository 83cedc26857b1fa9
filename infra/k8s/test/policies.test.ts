import type { Manifest } from './manifest.ts';
import { ofKind, workloads } from './manifest.ts';
import { overlayRules } from './overlay-rules.ts';
import { podRules } from './pod-rules.ts';
import { describeRendered, renderAll, renderOne } from './rendered.ts';
import { brokersHaveGeneratedUsers } from './rules/broker-users.ts';
import { hasResources, hasTwoReplicas } from './rules/lifecycle.ts';
import { hasNoPrivileges, hasReadOnlyRoot, mountsNoToken, runsAsNonRoot } from './rules/pod-security.ts';
import { usesRealPayments } from './rules/references.ts';
import { storesAreDurable } from './rules/stores.ts';
import type { Violation } from './violations.ts';
import { workloadOf } from './violations.ts';

const ruleTable = [...podRules, ...overlayRules];

describeRendered('every overlay, alone and with each component', () => {
  const renderings = renderAll();
  const staging = renderings.find(({ name }) => name === 'staging')?.manifests ?? [];

  it('renders', () => {
    expect(renderings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'dev',
        'staging',
        'prod',
        'prod + gateway-api',
        'dev + autoscaling',
        'staging + monitoring',
        'dev + jetstream',
        'staging + jetstream',
        'prod + jetstream',
      ]),
    );
    expect(renderings.length).toBeGreaterThan(15);
  });

  it.each(ruleTable)('follows the rule: %s', (_title, rule) => {
    for (const { name, manifests } of renderings) expect([name, rule(manifests)]).toEqual([name, []]);
  });

  const violations = ruleTable.flatMap(([title, rule, cases]) =>
    Object.entries(cases).map(([what, violate]) => [title, what, rule, violate] as const),
  );
  it.each(violations)('the rule "%s" finds %s', (_title, _what, rule, violate) => {
    const manifests = structuredClone(staging);
    violate(manifests);
    expect(rule(manifests)).not.toEqual([]);
  });
});

describeRendered('the component jetstream', () => {
  const staging = renderOne('overlays/staging', 'jetstream');
  const services = ['auth', 'tickets', 'orders', 'payments', 'expiration'];

  const violations: Record<string, Violation> = {
    'acknowledgments before the fsync': settings((text) => text.replace(/^ *sync_interval.*$/m, '')),
    'streams outside the volume': settings((text) => text.replace('store_dir: /data', 'store_dir: /tmp')),
    'a server without the config file': (all) => (workloadOf(all, 'jetstream').container.args = []),
    'no mounted volume': (all) => (workloadOf(all, 'jetstream').container.volumeMounts = []),
  };

  function settings(change: (text: string) => string): Violation {
    return (all) =>
      ofKind(all, 'ConfigMap')
        .filter(({ metadata }) => metadata.name.startsWith('jetstream'))
        .forEach((map) => (map.data = { ...map.data, 'nats.conf': change(map.data?.['nats.conf'] ?? '') }));
  }

  it.each(Object.entries(violations))('violates the rule for stores with %s', (_what, violate) => {
    const manifests = structuredClone(staging);
    violate(manifests);
    expect(storesAreDurable(manifests)).not.toEqual([]);
  });

  it('violates the rule for the users of a broker without the included file', () => {
    const manifests = structuredClone(staging);
    settings((text) => text.replace('include ./users.conf', ''))(manifests);
    expect(brokersHaveGeneratedUsers(manifests)).toEqual([
      'jetstream: does not have the users that npm run docs generates',
    ]);
  });

  it('connects all five services to JetStream and keeps NATS Streaming for a rollback', () => {
    const environment = (all: Manifest[], app: string) =>
      JSON.stringify(
        workloadOf(all, app).container.env?.filter(({ name }) => ['EVENT_BUS', 'NATS_URL'].includes(name)),
      );
    for (const app of services)
      expect(environment(staging, app)).toBe(
        environment(renderOne('overlays/staging'), app)
          .replace('nats-streaming', 'jetstream')
          .replace('@nats-srv', '@jetstream-srv'),
      );
    expect(workloads(staging).map(({ app }) => app)).toEqual(expect.arrayContaining(['nats', 'jetstream']));
  });
});

describeRendered('the overlays staging and prod', () => {
  const renderings = renderAll().filter(({ overlay }) => overlay !== 'dev');

  it('run two replicas of each program or scale it automatically', () => {
    for (const { name, manifests } of renderings)
      expect([name, hasTwoReplicas(manifests)]).toEqual([name, []]);
    expect(hasTwoReplicas(renderOne('overlays/dev'))).toContain('tickets-depl has one replica');
  });

  it('use real payments in production, and a rule finds the emulator there', () => {
    for (const { name, manifests } of renderings.filter(({ overlay }) => overlay === 'prod'))
      expect([name, usesRealPayments(manifests)]).toEqual([name, []]);
    expect(usesRealPayments(renderOne('overlays/prod', 'stripe-emulator'))).toEqual([
      'payments has STRIPE_API_BASE',
      'payments has ALLOW_TEST_PAYMENTS',
      'the emulator is deployed',
    ]);
  });
});

describeRendered('skaffold dev', () => {
  it('deploys the same as the overlay dev, and violates only the rule for read-only file systems', () => {
    const programs = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client'];
    const parts = ['platform', ...programs].flatMap((name) => renderOne(`overlays/dev/${name}`));
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
    const sorted = (manifests: Manifest[]) => manifests.toSorted((a, b) => key(a).localeCompare(key(b)));
    expect(sorted(parts)).toEqual(sorted(renderOne('overlays/dev')));

    const live = programs.flatMap((name) => renderOne(`overlays/live/${name}`));
    expect(hasReadOnlyRoot(live)).toHaveLength(programs.length);
    for (const rule of [runsAsNonRoot, hasNoPrivileges, mountsNoToken, hasResources])
      expect(rule(live)).toEqual([]);
  });
});
