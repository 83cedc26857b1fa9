import { ofKind } from './manifest.ts';
import {
  hasDisruptionBudget,
  hasProbes,
  hasResources,
  heapFitsMemory,
  isKilledOnlyWhenStuck,
  rollsOutWithoutGap,
  shutsDownGracefully,
  spreadsOverNodes,
} from './rules/lifecycle.ts';
import {
  hasDefaultSeccomp,
  hasNoPrivileges,
  hasNoServiceLinks,
  hasReadOnlyRoot,
  isInRestrictedNamespace,
  mountsNoToken,
  runsAsNonRoot,
} from './rules/pod-security.ts';
import { containerSecurity, podSecurity, tickets } from './violations.ts';
import type { RuleCase } from './violations.ts';

/** The rules for pods and their life cycle. */
export const podRules: RuleCase[] = [
  [
    'all objects are in one namespace that enforces the restricted Pod Security Standard',
    isInRestrictedNamespace,
    {
      'a namespace without the label': (all) =>
        ofKind(all, 'Namespace').forEach(({ metadata }) => (metadata.labels = {})),
      'an object in another namespace': tickets(({ object }) => (object.metadata.namespace = 'default')),
      'no namespace': (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'Namespace'),
          1,
        ),
    },
  ],
  [
    'no container runs as root',
    runsAsNonRoot,
    {
      'runAsNonRoot missing': podSecurity({ runAsNonRoot: undefined }),
      'user 0': podSecurity({ runAsUser: 0 }),
      'another user in the container': containerSecurity({ runAsUser: 0 }),
    },
  ],
  [
    'all pods use the default seccomp profile',
    hasDefaultSeccomp,
    { 'an unconfined profile': podSecurity({ seccompProfile: { type: 'Unconfined' } }) },
  ],
  [
    'no container has privileges',
    hasNoPrivileges,
    {
      'privilege escalation': containerSecurity({ allowPrivilegeEscalation: true }),
      'capabilities kept': containerSecurity({ capabilities: {} }),
      'capabilities added': containerSecurity({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
      'a privileged container': containerSecurity({ privileged: true }),
      'the host network': tickets(({ spec }) => (spec.hostNetwork = true)),
      'a hostPath volume': tickets(({ spec }) => (spec.volumes = [{ name: 'x', hostPath: { path: '/' } }])),
      'an init container': tickets(({ spec }) => (spec.initContainers = [{ name: 'x' }])),
      'a second container': tickets(({ spec }) => spec.containers.push({ name: 'x' })),
    },
  ],
  [
    'all root file systems are read-only',
    hasReadOnlyRoot,
    { 'a writable root file system': containerSecurity({ readOnlyRootFilesystem: false }) },
  ],
  [
    'no pod mounts a service account token',
    mountsNoToken,
    {
      'a mounted token': tickets(({ spec }) => delete spec.automountServiceAccountToken),
      'the service account of another program': tickets(({ spec }) => (spec.serviceAccountName = 'auth')),
    },
  ],
  [
    'no pod gets environment variables for services',
    hasNoServiceLinks,
    { 'enableServiceLinks missing': tickets(({ spec }) => delete spec.enableServiceLinks) },
  ],
  [
    'all pods have startup, readiness and liveness probes',
    hasProbes,
    {
      'no startup probe': tickets(({ container }) => delete container.startupProbe),
      'a probe of a port that does not exist': tickets(
        ({ container }) => (container.ports = [{ containerPort: 3000 }]),
      ),
      'a readiness probe of the liveness path': tickets(
        ({ container }) => (container.readinessProbe = { httpGet: { path: '/healthz/live', port: 'http' } }),
      ),
    },
  ],
  [
    'a program is killed only when its event loop is stuck',
    isKilledOnlyWhenStuck,
    {
      'a liveness probe that fails when a store is unavailable': tickets(
        ({ container }) => (container.livenessProbe = { httpGet: { path: '/healthz/ready', port: 'http' } }),
      ),
    },
  ],
  [
    'all containers request CPU and memory, limit memory and do not limit CPU',
    hasResources,
    {
      'no request': tickets(({ container }) => delete container.resources?.requests),
      'no memory limit': tickets(({ container }) => delete container.resources?.limits),
      'a CPU limit': tickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { cpu: '1' }),
      ),
    },
  ],
  [
    'the heap limit is about three quarters of the memory limit',
    heapFitsMemory,
    {
      'a higher memory limit alone': tickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { memory: '1Gi' }),
      ),
    },
  ],
  [
    'a rollout removes no pod before its replacement is ready',
    rollsOutWithoutGap,
    {
      'the strategy Recreate': tickets(({ object }) =>
        Object.assign(object.spec ?? {}, { strategy: { type: 'Recreate' } }),
      ),
    },
  ],
  [
    'all programs have a disruption budget that does not block a drain',
    hasDisruptionBudget,
    {
      'no budget': (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'PodDisruptionBudget'),
          1,
        ),
      'a budget that blocks': (all) =>
        ofKind(all, 'PodDisruptionBudget').forEach(({ spec }) =>
          Object.assign(spec ?? {}, { maxUnavailable: 0 }),
        ),
    },
  ],
  [
    'the pods of a program are spread over the nodes',
    spreadsOverNodes,
    { 'topologySpreadConstraints missing': tickets(({ spec }) => delete spec.topologySpreadConstraints) },
  ],
  [
    'a program waits before it stops and has enough time to drain',
    shutsDownGracefully,
    {
      'no preStop wait': tickets(({ container }) => delete container.lifecycle),
      'too short a grace period': tickets(({ spec }) => (spec.terminationGracePeriodSeconds = 15)),
    },
  ],
];
