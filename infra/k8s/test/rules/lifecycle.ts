import { ofKind, workloads } from '../manifest.ts';
import type { Rule } from './rule.ts';
import { eachWorkload, isProgram, mebibytes } from './rule.ts';

const DRAIN_SECONDS = 10;

export const hasProbes = eachWorkload((workload) => {
  const { container } = workload;
  if (workload.kind === 'CronJob') return [];
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const named = (container.ports ?? []).map(({ name }) => name);
  const probes = { startupProbe, readinessProbe, livenessProbe };
  return [
    ...Object.entries(probes).flatMap(([name, probe]) => {
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
      return [
        !probe && `has no ${name}`,
        probe !== undefined &&
          !probe.exec &&
          !named.includes(String(port)) &&
          `${name} uses port ${port}, which the container does not name`,
      ];
    }),
    isProgram(workload) &&
      startupProbe?.httpGet?.path !== '/healthz/live' &&
      'has a startup probe of another path than /healthz/live',
    isProgram(workload) &&
      readinessProbe?.httpGet?.path !== '/healthz/ready' &&
      'has a readiness probe of another path than /healthz/ready',
  ];
});

/** A store accepts connections before it executes commands: while it loads its file, or has no primary yet. */
export const asksStores = eachWorkload(({ component, container: { startupProbe, readinessProbe } }) =>
  Object.entries({ startupProbe, readinessProbe }).map(
    ([name, probe]) =>
      component === 'store' && Boolean(probe?.tcpSocket) && `has a ${name} of its port alone`,
  ),
);

/** Kubernetes must not kill a program because one of its stores is unavailable. */
export const isKilledOnlyWhenStuck = eachWorkload((workload) => [
  isProgram(workload) &&
    workload.container.livenessProbe?.httpGet?.path !== '/healthz/live' &&
    'has a liveness probe of another path than /healthz/live',
]);

export const hasResources = eachWorkload(({ container: { resources } }) => [
  !(resources?.requests?.['cpu'] && resources.requests['memory']) && 'requests no CPU or no memory',
  Number.isNaN(mebibytes(resources?.limits?.['memory'])) && 'has no memory limit',
  resources?.limits?.['cpu'] !== undefined && 'has a CPU limit',
]);

export const heapFitsMemory = eachWorkload(({ component, container }) => {
  const options = container.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value;
  const heap = Number(/--max-old-space-size=(\d+)/.exec(options ?? '')?.[1]);
  const share = heap / mebibytes(container.resources?.limits?.['memory']);
  return [
    !['store', 'backup'].includes(component) &&
      !(share >= 0.7 && share <= 0.8) &&
      `limits its heap to ${share} of its memory`,
  ];
});

export const rollsOutWithoutGap = eachWorkload((workload) => {
  const { object } = workload;
  if (workload.kind !== 'Deployment') return [];
  const strategy = (
    object.spec as { strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: unknown } } }
  ).strategy;
  return [
    !(strategy?.type === 'RollingUpdate' && strategy.rollingUpdate?.maxUnavailable === 0) &&
      'removes pods before their replacements are ready',
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
        : [`${app} has a disruption budget that can block a drain`];
    });
};

export const spreadsOverNodes = eachWorkload((workload) => {
  const keys = (workload.spec.topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey);
  return [
    isProgram(workload) && !keys.includes('kubernetes.io/hostname') && 'may run all its pods on one node',
    isProgram(workload) &&
      !keys.includes('topology.kubernetes.io/zone') &&
      'may run all its pods in one zone',
  ];
});

/** When a node is full, programs are evicted before the stores that they wait for. */
export const hasPriority = eachWorkload(({ component, spec }, manifests) => {
  const wanted = component === 'store' ? 'ticketing-stores' : 'ticketing-programs';
  const exists = ofKind(manifests, 'PriorityClass').some(({ metadata }) => metadata.name === wanted);
  return [
    spec.priorityClassName !== wanted && `has the priority class ${spec.priorityClassName}`,
    !exists && `has a priority class that does not exist: ${wanted}`,
  ];
});

/** Autoscaling adds a replica when one uses 700m of a CPU. */
const SCALES_AT_MILLICPU = 700;

export const reservesHalfOfItsCpu = eachWorkload((workload) => {
  const requested = /^(\d+)m$/.exec(String(workload.container.resources?.requests?.['cpu']))?.[1];
  return [
    isProgram(workload) &&
      !(Number(requested) >= SCALES_AT_MILLICPU / 2) &&
      `requests ${requested}m of CPU and scales at ${SCALES_AT_MILLICPU}m`,
  ];
});

export const shutsDownGracefully = eachWorkload((workload) => {
  const sleep = workload.container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = workload.spec.terminationGracePeriodSeconds ?? 30;
  return [
    isProgram(workload) && sleep < 3 && 'stops while it still receives requests',
    grace <= sleep + DRAIN_SECONDS &&
      `has a grace period of ${grace} s for ${sleep} s of preStop and ${DRAIN_SECONDS} s of drain`,
  ];
});

export const hasTwoReplicas: Rule = (manifests) => {
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
    .filter(({ object: { spec } }) => !(spec && 'replicas' in spec && Number(spec.replicas) >= 2))
    .map(({ name }) => `${name} has one replica`);
};
