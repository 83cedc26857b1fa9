import { ofKind, workloads } from './manifest.ts';
import type { Manifest, Workload } from './manifest.ts';
import { describeRendered, renderAll, renderOne } from './rendered.ts';
import * as rules from './rules.ts';
import type { Rule } from './rules.ts';

type Break = (manifests: Manifest[]) => void;

const first = (manifests: Manifest[], app: string): Workload => {
  const found = workloads(manifests).find((workload) => workload.app === app);
  if (!found) throw new Error(`${app} is not rendered`);
  return found;
};
const tickets = (change: (workload: Workload) => void): Break => {
  return (manifests) => change(first(manifests, 'tickets'));
};
const security = (change: Record<string, unknown>) =>
  tickets(({ container }) => Object.assign(container.securityContext ?? {}, change));
const podSecurity = (change: Record<string, unknown>) =>
  tickets(({ spec }) => Object.assign(spec.securityContext ?? {}, change));
const argumentOf = (app: string, flag: string, other: string) => (manifests: Manifest[]) => {
  const { container } = first(manifests, app);
  container.args = (container.args ?? []).map((given) => (given === flag ? other : given));
};

/** Each rule of every overlay, with manifests that break it. */
const table: [title: string, rule: Rule, broken: Record<string, Break>][] = [
  [
    'lives in one namespace that enforces the restricted standard',
    rules.isInRestrictedNamespace,
    {
      'no label': (all) => ofKind(all, 'Namespace').forEach(({ metadata }) => (metadata.labels = {})),
      'an object elsewhere': tickets(({ object }) => (object.metadata.namespace = 'default')),
      'no namespace': (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'Namespace'),
          1,
        ),
    },
  ],
  [
    'runs nobody as root',
    rules.isNeverRoot,
    {
      'not said': podSecurity({ runAsNonRoot: undefined }),
      'user 0': podSecurity({ runAsUser: 0 }),
      'another user in the container': security({ runAsUser: 0 }),
    },
  ],
  [
    'confines system calls',
    rules.hasDefaultSeccomp,
    { unconfined: podSecurity({ seccompProfile: { type: 'Unconfined' } }) },
  ],
  [
    'gives no privileges',
    rules.hasNoPrivileges,
    {
      escalation: security({ allowPrivilegeEscalation: true }),
      'capabilities kept': security({ capabilities: {} }),
      'capabilities added': security({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
      privileged: security({ privileged: true }),
      'the network of the host': tickets(({ spec }) => (spec.hostNetwork = true)),
      'a path of the host': tickets(({ spec }) => (spec.volumes = [{ name: 'x', hostPath: { path: '/' } }])),
      'an init container': tickets(({ spec }) => (spec.initContainers = [{ name: 'x' }])),
      'a second container': tickets(({ spec }) => spec.containers.push({ name: 'x' })),
    },
  ],
  [
    'lets nobody write to the root file system',
    rules.hasReadOnlyRoot,
    { writable: security({ readOnlyRootFilesystem: false }) },
  ],
  [
    'mounts no service-account token',
    rules.hasNoToken,
    {
      mounted: tickets(({ spec }) => delete spec.automountServiceAccountToken),
      'the account of another': tickets(({ spec }) => (spec.serviceAccountName = 'auth')),
    },
  ],
  [
    'passes no variables about services',
    rules.hasNoServiceLinks,
    { 'not said': tickets(({ spec }) => delete spec.enableServiceLinks) },
  ],
  [
    'asks each pod whether it has started, is ready and lives',
    rules.hasProbes,
    {
      'no startup probe': tickets(({ container }) => delete container.startupProbe),
      'a port that is not there': tickets(({ container }) => (container.ports = [{ containerPort: 3000 }])),
      'ready when live': tickets(
        ({ container }) => (container.readinessProbe = { httpGet: { path: '/healthz/live', port: 'http' } }),
      ),
    },
  ],
  [
    'kills a program only when its event loop is stuck',
    rules.livesByItsEventLoop,
    {
      'killed when a store is away': tickets(
        ({ container }) => (container.livenessProbe = { httpGet: { path: '/healthz/ready', port: 'http' } }),
      ),
    },
  ],
  [
    'requests CPU and memory, limits memory, does not limit CPU',
    rules.hasResources,
    {
      'no request': tickets(({ container }) => delete container.resources?.requests),
      'no limit': tickets(({ container }) => delete container.resources?.limits),
      'a CPU limit': tickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { cpu: '1' }),
      ),
    },
  ],
  [
    'gives the heap about three quarters of the memory',
    rules.heapFitsMemory,
    {
      'more memory only': tickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { memory: '1Gi' }),
      ),
    },
  ],
  [
    'rolls out without taking a pod away first',
    rules.rollsWithoutGap,
    {
      recreate: tickets(({ object }) => Object.assign(object.spec ?? {}, { strategy: { type: 'Recreate' } })),
    },
  ],
  [
    'has a disruption budget that blocks no drain',
    rules.hasDisruptionBudget,
    {
      none: (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'PodDisruptionBudget'),
          1,
        ),
      'one that blocks': (all) =>
        ofKind(all, 'PodDisruptionBudget').forEach(({ spec }) =>
          Object.assign(spec ?? {}, { maxUnavailable: 0 }),
        ),
    },
  ],
  [
    'spreads the pods of a program over the nodes',
    rules.spreads,
    { 'not said': tickets(({ spec }) => delete spec.topologySpreadConstraints) },
  ],
  [
    'waits before it stops, and is given time for it',
    rules.endsInOrder,
    {
      'no wait': tickets(({ container }) => delete container.lifecycle),
      'too little time': tickets(({ spec }) => (spec.terminationGracePeriodSeconds = 15)),
    },
  ],
  [
    'keeps what is stored on volumes behind a headless Service',
    rules.keepsItsData,
    {
      'not mounted': (all) => delete first(all, 'nats').container.volumeMounts,
      'a Service with an address': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) => Object.assign(spec ?? {}, { clusterIP: undefined })),
      'no StatefulSet': (all) => (first(all, 'nats').object.kind = 'Deployment'),
    },
  ],
  [
    'runs the stores so that nothing acknowledged is lost, and with passwords',
    rules.storesAreDurable,
    {
      'a broker in memory': argumentOf('nats', 'file', 'memory'),
      'a broker without fsync': argumentOf('nats', '--file_sync=true', '--file_sync=false'),
      'a broker open to all': argumentOf('nats', '$(NATS_PASSWORD)', ''),
      'a Redis that evicts': argumentOf('expiration-redis', 'noeviction', 'allkeys-lru'),
      'a MongoDB open to all': (all) => delete first(all, 'auth-mongo').container.env,
    },
  ],
  [
    'runs its own images and official ones of one version',
    rules.usesKnownImages,
    {
      'an image of somebody': (all) =>
        (first(all, 'nats').container.image = 'somebody/nats-streaming:0.25.6'),
      'the image of another': tickets(({ container }) => (container.image = 'ticketing/orders')),
      latest: tickets(({ container }) => (container.image = 'ticketing/tickets:latest')),
    },
  ],
  [
    'reads only Secrets and settings that exist',
    rules.readsWhatIsThere,
    {
      'a wrong Secret': tickets(({ container }) =>
        container.env?.push({
          name: 'X',
          valueFrom: { secretKeyRef: { name: 'tickets-mongo', key: 'url' } },
        }),
      ),
      'a setting that is gone': (all) => ofKind(all, 'ConfigMap').forEach((map) => (map.data = {})),
    },
  ],
  [
    'lets only auth have the key that signs sessions',
    rules.onlyAuthCanSign,
    {
      'mounted by another': tickets(
        ({ spec }) => (spec.volumes = [{ name: 'x', secret: { secretName: 'session-private-key' } }]),
      ),
      'not mounted by auth': (all) => delete first(all, 'auth').spec.volumes,
    },
  ],
  [
    'has Services that lead to the ports of their pods',
    rules.servicesMatchPods,
    {
      'another port': tickets(({ container }) => (container.ports = [{ name: 'http', containerPort: 8080 }])),
      'no pods': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) => Object.assign(spec ?? {}, { selector: { app: 'x' } })),
    },
  ],
  [
    'uses stable API versions only',
    rules.usesStableApis,
    {
      'an old one': tickets(({ object }) => Object.assign(object, { apiVersion: 'apps/v1beta1' })),
      'an alpha one': tickets(({ object }) =>
        Object.assign(object, { apiVersion: 'resource.k8s.io/v1alpha3' }),
      ),
    },
  ],
  [
    'has an Ingress that every controller understands',
    rules.ingressIsPortable,
    {
      annotated: (all) =>
        ofKind(all, 'Ingress').forEach(({ metadata }) =>
          Object.assign(metadata, { annotations: { 'nginx.ingress.kubernetes.io/use-regex': 'true' } }),
        ),
      'a regular expression': withPath({ path: '/api/users/(.*)', pathType: 'ImplementationSpecific' }),
    },
  ],
  [
    'keeps health, metrics and the knobs of the emulator inside',
    rules.healthIsNotRouted,
    {
      'health routed': withPath({ path: '/healthz', pathType: 'Prefix' }),
      'knobs routed': withPath({ path: '/_emulator', pathType: 'Prefix' }),
    },
  ],
];

function withPath(path: { path: string; pathType: 'Prefix' | 'ImplementationSpecific' }): Break {
  return (manifests) =>
    ofKind(manifests, 'Ingress').forEach(({ spec }) =>
      spec?.rules?.[0]?.http?.paths.push({
        ...path,
        backend: { service: { name: 'auth-srv', port: { number: 3000 } } },
      }),
    );
}

describeRendered('every overlay, with and without every component', () => {
  const renderings = renderAll();
  const staging = renderings.find(({ name }) => name === 'staging')?.manifests ?? [];

  it('is rendered', () => {
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

  it.each(table)('%s', (_title, rule) => {
    for (const { name, manifests } of renderings) expect([name, rule(manifests)]).toEqual([name, []]);
  });

  const breaks = table.flatMap(([title, rule, broken]) =>
    Object.entries(broken).map(([how, breakIt]) => [title, how, rule, breakIt] as const),
  );
  it.each(breaks)('%s: not with %s', (_title, _how, rule, breakIt) => {
    const manifests = structuredClone(staging);
    breakIt(manifests);
    expect(rule(manifests)).not.toEqual([]);
  });
});

describeRendered('the component jetstream', () => {
  const staging = renderOne('overlays/staging', 'jetstream');
  const services = ['auth', 'tickets', 'orders', 'payments', 'expiration'];

  const breaks: Record<string, Break> = {
    'acknowledgements before the fsync': settings((text) => text.replace(/^ *sync_interval.*$/m, '')),
    'streams that are on no volume': settings((text) => text.replace('store_dir: /data', 'store_dir: /tmp')),
    'another file': (all) => (first(all, 'jetstream').container.args = []),
    'nobody asked who they are': (all) => first(all, 'jetstream').container.args?.splice(2, 4),
    'nothing mounted': (all) => (first(all, 'jetstream').container.volumeMounts = []),
  };

  function settings(change: (text: string) => string): Break {
    return (all) =>
      ofKind(all, 'ConfigMap')
        .filter(({ metadata }) => metadata.name.startsWith('jetstream'))
        .forEach((map) => (map.data = { 'nats.conf': change(map.data?.['nats.conf'] ?? '') }));
  }

  it.each(Object.entries(breaks))('would be found out to have %s', (_how, breakIt) => {
    const manifests = structuredClone(staging);
    breakIt(manifests);
    expect(rules.storesAreDurable(manifests)).not.toEqual([]);
  });

  it('takes all five services to the new server, and leaves the old one for the way back', () => {
    const environment = (all: Manifest[], app: string) =>
      JSON.stringify(
        first(all, app).container.env?.filter(({ name }) => ['EVENT_BUS', 'NATS_URL'].includes(name)),
      );
    for (const app of services)
      expect(environment(staging, app)).toBe(
        environment(renderOne('overlays/staging'), app)
          .replace('nats-streaming', 'jetstream')
          .replace('"nats"', '"jetstream"'),
      );
    expect(workloads(staging).map(({ app }) => app)).toEqual(expect.arrayContaining(['nats', 'jetstream']));
  });
});

describeRendered('overlays that people meet', () => {
  const renderings = renderAll().filter(({ overlay }) => overlay !== 'dev');

  it('run two of each program or leave the number to an autoscaler', () => {
    for (const { name, manifests } of renderings)
      expect([name, rules.hasTwoOfEach(manifests)]).toEqual([name, []]);
    expect(rules.hasTwoOfEach(renderOne('overlays/dev'))).toContain('tickets-depl runs once');
  });

  it('take real money in production and cannot do otherwise', () => {
    for (const { name, manifests } of renderings.filter(({ overlay }) => overlay === 'prod'))
      expect([name, rules.takesRealMoney(manifests)]).toEqual([name, []]);
    expect(rules.takesRealMoney(renderOne('overlays/prod', 'stripe-emulator'))).toEqual([
      'payments has STRIPE_API_BASE',
      'payments has ALLOW_TEST_PAYMENTS',
      'the emulator is deployed',
    ]);
  });
});

describeRendered('skaffold dev', () => {
  it('deploys, module by module, the same as the overlay dev, and breaks the one rule that it must', () => {
    const programs = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client'];
    const parts = ['platform', ...programs].flatMap((name) => renderOne(`overlays/dev/${name}`));
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
    const sorted = (manifests: Manifest[]) => manifests.toSorted((a, b) => key(a).localeCompare(key(b)));
    expect(sorted(parts)).toEqual(sorted(renderOne('overlays/dev')));

    const live = programs.flatMap((name) => renderOne(`overlays/live/${name}`));
    expect(rules.hasReadOnlyRoot(live)).toHaveLength(programs.length);
    for (const rule of [rules.isNeverRoot, rules.hasNoPrivileges, rules.hasNoToken, rules.hasResources])
      expect(rule(live)).toEqual([]);
  });
});
