import type { IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { setupOf } from './kustomize.ts';
import type { Manifest } from './manifest.ts';
import { isClusterScoped, ofKind } from './manifest.ts';
import { overlayRules } from './overlay-rules.ts';
import { podRules } from './pod-rules.ts';
import { describeRendered, renderAll, renderOne, renderOverlay } from './rendered.ts';
import { brokersHaveGeneratedUsers } from './rules/broker-users.ts';
import { hasResources, hasTwoReplicas, reservesHalfOfItsCpu } from './rules/lifecycle.ts';
import { hasNoPrivileges, hasReadOnlyRoot, mountsNoToken, runsAsNonRoot } from './rules/pod-security.ts';
import { usesRealPayments } from './rules/references.ts';
import { storesAreDurable } from './rules/stores.ts';
import type { Violation } from './violations.ts';
import { workloadOf } from './violations.ts';

type PolicyRule = NonNullable<IRole['rules']>[number];

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
        'staging-jetstream',
        'prod-jetstream + monitoring',
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
  const staging = renderOverlay('staging-jetstream');
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

  it('connects all five services to JetStream and removes NATS Streaming', () => {
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
    const brokers = ({ metadata }: Manifest) => /^(nats|jetstream)(-|$)/.test(metadata.name);
    expect(staging.filter(brokers).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ServiceAccount jetstream',
      expect.stringMatching(/^ConfigMap jetstream-/),
      'Service jetstream-srv',
      'StatefulSet jetstream',
      'NetworkPolicy jetstream',
    ]);
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
    for (const { name, manifests } of renderings.filter(({ overlay }) => overlay.startsWith('prod')))
      expect([name, usesRealPayments(manifests)]).toEqual([name, []]);
    expect(usesRealPayments(renderOne('overlays/prod', 'stripe-emulator'))).toEqual([
      'payments has STRIPE_API_BASE',
      'payments has ALLOW_TEST_PAYMENTS',
      'the emulator is deployed',
    ]);
  });
});

describeRendered('the overlay prod', () => {
  it('requests half of the CPU at which a program is scaled', () => {
    expect(reservesHalfOfItsCpu(renderOne('overlays/prod'))).toEqual([]);
    expect(reservesHalfOfItsCpu(renderOne('overlays/staging'))).toHaveLength(6);
  });
});

describeRendered('the account that deploys', () => {
  const covers = ({ apiGroups = [], resources, verbs }: PolicyRule, { apiVersion, kind }: Manifest) =>
    apiGroups.includes(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '') &&
    resources?.includes(plural(kind)) &&
    ['get', 'create', 'patch'].every((verb) => verbs.includes(verb));
  const roles = ofKind(renderOne('setup/prod'), 'Role').flatMap(({ rules = [] }) => rules);

  it('may write every object of the overlays and components, which all belong to the namespace', () => {
    const applied = renderAll()
      .filter(({ overlay }) => overlay !== 'dev')
      .flatMap(({ overlay, manifests }) =>
        manifests.slice(setupOf(overlay).flatMap((folder) => renderOne(folder)).length),
      );
    expect(applied.filter(isClusterScoped)).toEqual([]);
    const refused = applied.filter((manifest) => !roles.some((rule) => covers(rule, manifest)));
    expect([...new Set(refused.map(({ kind }) => kind))]).toEqual([]);
  });

  it('may neither read Secrets nor delete anything nor change its own rights', () => {
    expect(roles.flatMap(({ verbs }) => verbs)).not.toContain('delete');
    expect(roles.flatMap(({ resources = [] }) => resources)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^secrets$|role|\*/)]),
    );
  });

  it('has the same rights in staging', () => {
    expect(ofKind(renderOne('setup/staging'), 'Role').flatMap(({ rules }) => rules)).toEqual(roles);
  });
});

/** The name of a kind in a Role. */
function plural(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}

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
