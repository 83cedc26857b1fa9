import { ofKind } from './manifest.ts';
import {
  asksStores,
  hasDisruptionBudget,
  hasPriority,
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
import type { RuleCase } from './violations.ts';
import { changeContainerSecurity, changePodSecurity, changeTickets, workloadOf } from './violations.ts';

/** The rules for pods and their life cycle. */
export const podRules: RuleCase[] = [
  [
    'all objects are in one namespace that enforces the restricted Pod Security Standard',
    isInRestrictedNamespace,
    {
      'a namespace without the label': (all) =>
        ofKind(all, 'Namespace').forEach(({ metadata }) => (metadata.labels = {})),
      'an object in another namespace': changeTickets(
        ({ object }) => (object.metadata.namespace = 'default'),
      ),
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
      'runAsNonRoot missing': changePodSecurity({ runAsNonRoot: undefined }),
      'user 0': changePodSecurity({ runAsUser: 0 }),
      'another user in the container': changeContainerSecurity({ runAsUser: 0 }),
    },
  ],
  [
    'all pods use the default seccomp profile',
    hasDefaultSeccomp,
    { 'an unconfined profile': changePodSecurity({ seccompProfile: { type: 'Unconfined' } }) },
  ],
  [
    'no container has privileges',
    hasNoPrivileges,
    {
      'privilege escalation': changeContainerSecurity({ allowPrivilegeEscalation: true }),
      'capabilities kept': changeContainerSecurity({ capabilities: {} }),
      'capabilities added': changeContainerSecurity({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
      'a privileged container': changeContainerSecurity({ privileged: true }),
      'the host network': changeTickets(({ spec }) => (spec.hostNetwork = true)),
      'a hostPath volume': changeTickets(
        ({ spec }) => (spec.volumes = [{ name: 'x', hostPath: { path: '/' } }]),
      ),
      'an init container': changeTickets(({ spec }) => (spec.initContainers = [{ name: 'x' }])),
      'a second container': changeTickets(({ spec }) => spec.containers.push({ name: 'x' })),
    },
  ],
  [
    'all root file systems are read-only',
    hasReadOnlyRoot,
    { 'a writable root file system': changeContainerSecurity({ readOnlyRootFilesystem: false }) },
  ],
  [
    'no pod mounts a service account token',
    mountsNoToken,
    {
      'a mounted token': changeTickets(({ spec }) => delete spec.automountServiceAccountToken),
      'the service account of another program': changeTickets(
        ({ spec }) => (spec.serviceAccountName = 'auth'),
      ),
    },
  ],
  [
    'no pod gets environment variables for services',
    hasNoServiceLinks,
    { 'enableServiceLinks missing': changeTickets(({ spec }) => delete spec.enableServiceLinks) },
  ],
  [
    'all pods have startup, readiness and liveness probes',
    hasProbes,
    {
      'no startup probe': changeTickets(({ container }) => delete container.startupProbe),
      'a probe of a port that does not exist': changeTickets(
        ({ container }) => (container.ports = [{ containerPort: 3000 }]),
      ),
      'a readiness probe of the liveness path': changeTickets(
        ({ container }) => (container.readinessProbe = { httpGet: { path: '/healthz/live', port: 'http' } }),
      ),
    },
  ],
  [
    'a store is ready when it executes commands',
    asksStores,
    {
      'a readiness probe of the port': (all) =>
        (workloadOf(all, 'tickets-mongo').container.readinessProbe = { tcpSocket: { port: 'store' } }),
      'a startup probe of the port': (all) =>
        (workloadOf(all, 'expiration-redis').container.startupProbe = { tcpSocket: { port: 'store' } }),
    },
  ],
  [
    'a program is killed only when its event loop is stuck',
    isKilledOnlyWhenStuck,
    {
      'a liveness probe that fails when a store is unavailable': changeTickets(
        ({ container }) => (container.livenessProbe = { httpGet: { path: '/healthz/ready', port: 'http' } }),
      ),
    },
  ],
  [
    'all containers request CPU and memory, limit memory and do not limit CPU',
    hasResources,
    {
      'no request': changeTickets(({ container }) => delete container.resources?.requests),
      'no memory limit': changeTickets(({ container }) => delete container.resources?.limits),
      'a CPU limit': changeTickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { cpu: '1' }),
      ),
    },
  ],
  [
    'the heap limit is about three quarters of the memory limit',
    heapFitsMemory,
    {
      'a higher memory limit alone': changeTickets(({ container }) =>
        Object.assign(container.resources?.limits ?? {}, { memory: '1Gi' }),
      ),
    },
  ],
  [
    'a rollout removes no pod before its replacement is ready',
    rollsOutWithoutGap,
    {
      'the strategy Recreate': changeTickets(({ object }) =>
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
    'the pods of a program are spread over nodes and zones',
    spreadsOverNodes,
    {
      'topologySpreadConstraints missing': changeTickets(({ spec }) => delete spec.topologySpreadConstraints),
      'a spread over nodes alone': changeTickets(({ spec }) => spec.topologySpreadConstraints?.pop()),
    },
  ],
  [
    'programs have a lower priority than stores',
    hasPriority,
    {
      'no priority class': changeTickets(({ spec }) => delete spec.priorityClassName),
      'the class of the stores': changeTickets(({ spec }) => (spec.priorityClassName = 'ticketing-stores')),
      'a class that does not exist': (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'PriorityClass'),
          1,
        ),
    },
  ],
  [
    'a program waits before it stops and has enough time to drain',
    shutsDownGracefully,
    {
      'no preStop wait': changeTickets(({ container }) => delete container.lifecycle),
      'too short a grace period': changeTickets(({ spec }) => (spec.terminationGracePeriodSeconds = 15)),
    },
  ],
];
