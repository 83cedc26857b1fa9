import { ofKind, workloads } from './manifest.ts';
import type { Manifest, Workload } from './manifest.ts';

/** What is wrong with the rendered objects of one overlay, one line a finding. */
export type Rule = (manifests: Manifest[]) => string[];

const DRAIN_SECONDS = 10;
const MEBI: Record<string, number> = { Mi: 1, Gi: 1024 };

function eachWorkload(check: (workload: Workload, manifests: Manifest[]) => (string | false)[]): Rule {
  return (manifests) =>
    workloads(manifests).flatMap((workload) =>
      check(workload, manifests)
        .filter((finding) => finding !== false)
        .map((finding) => `${workload.name}: ${finding}`),
    );
}

const isProgram = ({ component }: Workload) => component === 'program';

export function mebibytes(quantity: string | number | undefined): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(String(quantity)) ?? [];
  return amount && unit ? Number(amount) * (MEBI[unit] ?? Number.NaN) : Number.NaN;
}

export const isInRestrictedNamespace: Rule = (manifests) => {
  const namespaces = ofKind(manifests, 'Namespace');
  const wrong = namespaces
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map(({ metadata }) => `namespace ${metadata.name} does not enforce restricted`);
  const names = namespaces.map(({ metadata }) => metadata.name);
  const outside = manifests
    .filter(({ kind, metadata }) => kind !== 'Namespace' && !names.includes(metadata.namespace ?? ''))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} is not in it`);
  return [...(namespaces.length === 1 ? [] : ['there is not exactly one namespace']), ...wrong, ...outside];
};

export const isNeverRoot = eachWorkload(({ spec, container }) => [
  spec.securityContext?.runAsNonRoot !== true && 'may run as root',
  !spec.securityContext?.runAsUser && 'names no user',
  container.securityContext?.runAsUser !== undefined && 'names another user for its container',
]);

export const hasDefaultSeccomp = eachWorkload(({ spec }) => [
  spec.securityContext?.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile',
]);

export const hasNoPrivileges = eachWorkload(({ container, spec }) => [
  container.securityContext?.allowPrivilegeEscalation !== false && 'may escalate privileges',
  container.securityContext?.capabilities?.drop?.join() !== 'ALL' && 'keeps capabilities',
  container.securityContext?.capabilities?.add !== undefined && 'adds capabilities',
  container.securityContext?.privileged !== undefined && 'speaks of privileges',
  [spec.hostNetwork, spec.hostPID, spec.hostIPC].some(Boolean) && 'shares a namespace of the host',
  (spec.volumes ?? []).some(({ hostPath }) => hostPath) && 'mounts a path of the host',
  (spec.initContainers ?? []).length > 0 && 'has an init container that no rule looks at',
  spec.containers.length !== 1 && 'has more containers than the rules look at',
]);

export const hasReadOnlyRoot = eachWorkload(({ container }) => [
  container.securityContext?.readOnlyRootFilesystem !== true && 'can write to its root',
]);

export const hasNoToken = eachWorkload(({ spec, app }) => [
  spec.automountServiceAccountToken !== false && 'mounts a token',
  spec.serviceAccountName !== app && 'has no service account of its own',
]);

export const hasNoServiceLinks = eachWorkload(({ spec }) => [
  spec.enableServiceLinks !== false && 'gets variables for every service',
]);

export const hasProbes = eachWorkload((workload) => {
  const { container } = workload;
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const named = (container.ports ?? []).map(({ name }) => name);
  const probes = { startupProbe, readinessProbe, livenessProbe };
  return [
    ...Object.entries(probes).flatMap(([name, probe]) => {
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
      return [
        !probe && `has no ${name}`,
        probe !== undefined &&
          !named.includes(String(port)) &&
          `${name} asks port ${port}, which it does not have`,
      ];
    }),
    isProgram(workload) &&
      startupProbe?.httpGet?.path !== '/healthz/live' &&
      'starts when something else does',
    isProgram(workload) && readinessProbe?.httpGet?.path !== '/healthz/ready' && 'is ready when it is not',
  ];
});

/** A store that is away must never make Kubernetes kill who needs it. */
export const livesByItsEventLoop = eachWorkload((workload) => [
  isProgram(workload) &&
    workload.container.livenessProbe?.httpGet?.path !== '/healthz/live' &&
    'is killed for more than a stuck event loop',
]);

export const hasResources = eachWorkload(({ container: { resources } }) => [
  !(resources?.requests?.['cpu'] && resources.requests['memory']) && 'requests nothing',
  Number.isNaN(mebibytes(resources?.limits?.['memory'])) && 'has no memory limit',
  resources?.limits?.['cpu'] !== undefined && 'has a CPU limit',
]);

export const heapFitsMemory = eachWorkload(({ component, container }) => {
  const options = container.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value;
  const heap = Number(/--max-old-space-size=(\d+)/.exec(options ?? '')?.[1]);
  const share = heap / mebibytes(container.resources?.limits?.['memory']);
  return [
    component !== 'store' && !(share >= 0.7 && share <= 0.8) && `gives its heap ${share} of its memory`,
  ];
});

export const rollsWithoutGap = eachWorkload((workload) => {
  const { object } = workload;
  if (workload.kind !== 'Deployment') return [];
  const strategy = (
    object.spec as { strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: unknown } } }
  ).strategy;
  return [
    !(strategy?.type === 'RollingUpdate' && strategy.rollingUpdate?.maxUnavailable === 0) &&
      'takes pods away before it has new ones',
  ];
});

export const hasDisruptionBudget: Rule = (manifests) => {
  const budgets = ofKind(manifests, 'PodDisruptionBudget');
  return workloads(manifests)
    .filter(isProgram)
    .flatMap(({ app }) => {
      const budget = budgets.find(
        ({ spec }) => spec?.selector?.matchLabels?.['app.kubernetes.io/name'] === app,
      );
      if (!budget) return [`${app} has no disruption budget`];
      return budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' && budget.spec.maxUnavailable === 1
        ? []
        : [`${app}: its budget could block a drain`];
    });
};

export const spreads = eachWorkload((workload) => [
  isProgram(workload) &&
    workload.spec.topologySpreadConstraints?.[0]?.topologyKey !== 'kubernetes.io/hostname' &&
    'may have all its pods on one node',
]);

export const endsInOrder = eachWorkload((workload) => {
  const sleep = workload.container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = workload.spec.terminationGracePeriodSeconds ?? 30;
  return [
    isProgram(workload) && sleep < 3 && 'stops while requests still come',
    grace <= sleep + DRAIN_SECONDS &&
      `has ${grace} s for ${sleep} s of sleep and ${DRAIN_SECONDS} s of drain`,
  ];
});

export const keepsItsData = eachWorkload(({ kind, component, object, container }, manifests) => {
  if (component !== 'store' && component !== 'emulator') return [];
  if (kind !== 'StatefulSet') return ['is no StatefulSet'];
  const spec = (
    object as { spec?: { serviceName?: string; volumeClaimTemplates?: { metadata?: { name?: string } }[] } }
  ).spec;
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
  const service = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === spec?.serviceName);
  return [
    !(container.volumeMounts ?? []).some(({ name }) => claims.includes(name)) &&
      'mounts no volume of its own',
    !service && 'has no Service',
    component === 'store' && service?.spec?.clusterIP !== 'None' && 'has a Service that is not headless',
  ];
});

const args = (manifests: Manifest[], app: string) =>
  workloads(manifests)
    .filter((workload) => workload.app === app)
    .map(({ container }) => (container.args ?? []).join(' '));

export const storesAreDurable: Rule = (manifests) => {
  const wanted: [string, string[]][] = [
    [
      'expiration-redis',
      ['--appendonly yes', '--maxmemory-policy noeviction', '--requirepass $(REDIS_PASSWORD)'],
    ],
    [
      'nats',
      [
        '-store file',
        '--file_sync=true',
        '--file_auto_sync 1s',
        '--max_msgs 0',
        '--max_bytes 0',
        '--max_age 720h',
        '--max_channels 0',
        '-hbi 5s',
        '-hbt 2s',
        '-hbf 2',
        '--pass $(NATS_PASSWORD)',
      ],
    ],
  ];
  const findings = wanted.flatMap(([app, flags]) =>
    args(manifests, app).flatMap((given) =>
      flags
        .filter((flag) => !` ${given} `.includes(` ${flag} `))
        .map((flag) => `${app} runs without ${flag}`),
    ),
  );
  const flushes = workloads(manifests)
    .filter(({ app }) => app === 'jetstream')
    .flatMap(({ spec, container }) => jetStreamFindings(spec, container, manifests));
  const open = workloads(manifests)
    .filter(({ app }) => app.endsWith('-mongo'))
    .filter(({ container }) => !container.env?.some(({ name }) => name === 'MONGO_INITDB_ROOT_PASSWORD'))
    .map(({ app }) => `${app} asks for no password`);
  return [...findings, ...flushes, ...open];
};

/** What is durable about nats-server is in its file: it has no flags for that. */
function jetStreamFindings(
  { volumes = [] }: Workload['spec'],
  { args = [], volumeMounts = [] }: Workload['container'],
  manifests: Manifest[],
): string[] {
  const file = args[args.indexOf('--config') + 1] ?? '';
  const mount = volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const name = volumes.find((volume) => volume.name === mount?.name)?.configMap?.name;
  const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  const settings = map?.data?.[file.split('/').at(-1) ?? ''] ?? '';
  const store = /^ *store_dir: (\S+)$/m.exec(settings)?.[1];
  return [
    !/^ *sync_interval: always$/m.test(settings) && 'jetstream acknowledges before it has written',
    !volumeMounts.some(({ name, mountPath }) => name === 'data' && mountPath === store) &&
      'jetstream keeps its streams elsewhere than on its volume',
    !args.join(' ').endsWith('--user $(NATS_USER) --pass $(NATS_PASSWORD)') &&
      'jetstream asks for no password',
  ].filter((finding) => finding !== false);
}

const official =
  /^(mongo:8\.0|redis:7\.4-bookworm|nats-streaming:0\.25\.6|nats:2\.15\.2)(@sha256:[0-9a-f]{64})?$/;

export const usesKnownImages = eachWorkload(({ component, container, app }) => {
  const image = container.image ?? '';
  const own = new RegExp(`(^|/)ticketing/${app}(:|@|$)`).test(image);
  return [
    component === 'store' ? !official.test(image) && `runs ${image}` : !own && `runs ${image}`,
    image.endsWith(':latest') && 'runs whatever is latest',
  ];
});

/** Every Secret and ConfigMap key that a program reads is one that the overlay or the documented Secrets have. */
export const secretKeys: Record<string, string[]> = {
  'session-private-key': ['private.pem'],
  'session-public-key': ['public.pem'],
  stripe: ['key', 'publishable-key', 'webhook-secret'],
  nats: ['url', 'username', 'password'],
  jetstream: ['url', 'username', 'password'],
  'expiration-redis': ['url', 'password'],
  ...Object.fromEntries(
    ['auth', 'tickets', 'orders', 'payments'].map((name) => [
      `${name}-mongo`,
      ['uri', 'username', 'password'],
    ]),
  ),
};

export const readsWhatIsThere = eachWorkload(({ container }, manifests) =>
  (container.env ?? []).map(({ name, valueFrom }) => {
    const secret = valueFrom?.secretKeyRef;
    if (secret)
      return (
        !secretKeys[secret.name ?? '']?.includes(secret.key) && `${name}: no ${secret.name}/${secret.key}`
      );
    const entry = valueFrom?.configMapKeyRef;
    if (!entry) return false;
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === entry.name);
    return map?.data?.[entry.key] === undefined && `${name}: no ${entry.name}/${entry.key}`;
  }),
);

export const onlyAuthCanSign = eachWorkload(({ app, spec, container }) => {
  const mounts = (spec.volumes ?? []).some(({ secret }) => secret?.secretName === 'session-private-key');
  const reads = JSON.stringify(container.env ?? []).includes('session-private-key');
  return [
    (app === 'auth' ? !mounts : mounts) && 'has the private key or lacks it',
    reads && 'has it in a variable',
  ];
});

export const servicesMatchPods: Rule = (manifests) =>
  ofKind(manifests, 'Service').flatMap(({ metadata, spec }) => {
    const pods = workloads(manifests).filter(({ app }) => app === spec?.selector?.['app.kubernetes.io/name']);
    if (pods.length !== 1) return [`${metadata.name} selects ${pods.length} workloads`];
    const named = new Map(
      (pods[0]?.container.ports ?? []).map(({ name, containerPort }) => [name, containerPort]),
    );
    return (spec?.ports ?? [])
      .filter(({ port, targetPort }) => named.get(String(targetPort)) !== port)
      .map(({ port }) => `${metadata.name}:${port} is not a port of its pods`);
  });

const stable = new Set(['v1', 'apps/v1', 'autoscaling/v2', 'networking.k8s.io/v1', 'policy/v1']);
const customGroups = /^(gateway\.networking\.k8s\.io|monitoring\.coreos\.com|external-secrets\.io)\/v1$/;

export const usesStableApis: Rule = (manifests) =>
  manifests
    .filter(({ apiVersion }) => !stable.has(apiVersion) && !customGroups.test(apiVersion))
    .map(({ apiVersion, kind, metadata }) => `${kind} ${metadata.name} is of ${apiVersion}`);

export const ingressIsPortable: Rule = (manifests) =>
  ofKind(manifests, 'Ingress').flatMap(({ metadata, spec }) => [
    ...(metadata && 'annotations' in metadata ? [`${metadata.name} has annotations`] : []),
    ...(spec?.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? [])
      .filter(({ pathType, path }) => pathType !== 'Prefix' || !/^\/[\w/-]*$/.test(path ?? ''))
      .map(({ path, pathType }) => `${metadata.name}: ${pathType} ${path} is not portable`),
  ]);

export const healthIsNotRouted: Rule = (manifests) =>
  ofKind(manifests, 'Ingress')
    .flatMap(({ spec }) => spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .filter(({ path }) => /healthz|metrics|_emulator/.test(path ?? ''))
    .map(({ path }) => `${path} is public`);

export const hasTwoOfEach: Rule = (manifests) => {
  const scaled = new Set(
    manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(
        (manifest) =>
          (manifest as unknown as { spec: { scaleTargetRef: { name: string } } }).spec.scaleTargetRef.name,
      ),
  );
  return workloads(manifests)
    .filter((workload) => isProgram(workload) && !scaled.has(workload.name))
    .filter(({ object }) => (object.spec?.replicas ?? 1) < 2)
    .map(({ name }) => `${name} runs once`);
};

export const takesRealMoney: Rule = (manifests) =>
  workloads(manifests).flatMap(({ app, container }) => [
    ...(app === 'stripe-emulator' ? ['the emulator is deployed'] : []),
    ...(container.env ?? [])
      .filter(({ name }) => ['ALLOW_TEST_PAYMENTS', 'STRIPE_API_BASE', 'CRASH_AT'].includes(name))
      .map(({ name }) => `${app} has ${name}`),
  ]);
