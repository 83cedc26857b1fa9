import { isClusterScoped, ofKind } from '../manifest.ts';
import type { Rule } from './rule.ts';
import { eachWorkload } from './rule.ts';

export const isInRestrictedNamespace: Rule = (manifests) => {
  const namespaces = ofKind(manifests, 'Namespace');
  const unrestricted = namespaces
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map(({ metadata }) => `namespace ${metadata.name} does not enforce restricted`);
  const names = namespaces.map(({ metadata }) => metadata.name);
  const outside = manifests
    .filter((manifest) => !isClusterScoped(manifest) && !names.includes(manifest.metadata.namespace ?? ''))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} is in another namespace`);
  return [
    ...(namespaces.length === 1 ? [] : ['the overlay must have exactly one Namespace']),
    ...unrestricted,
    ...outside,
  ];
};

export const runsAsNonRoot = eachWorkload(({ spec, container }) => [
  spec.securityContext?.runAsNonRoot !== true && 'may run as root',
  !spec.securityContext?.runAsUser && 'sets no runAsUser',
  container.securityContext?.runAsUser !== undefined && 'sets another user for its container',
]);

export const hasDefaultSeccomp = eachWorkload(({ spec }) => [
  spec.securityContext?.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile',
]);

export const hasNoPrivileges = eachWorkload(({ container, spec }) => [
  container.securityContext?.allowPrivilegeEscalation !== false && 'may escalate privileges',
  container.securityContext?.capabilities?.drop?.join() !== 'ALL' && 'keeps capabilities',
  container.securityContext?.capabilities?.add !== undefined && 'adds capabilities',
  container.securityContext?.privileged !== undefined && 'sets privileged',
  [spec.hostNetwork, spec.hostPID, spec.hostIPC].some(Boolean) && 'shares a host namespace',
  (spec.volumes ?? []).some(({ hostPath }) => hostPath) && 'mounts a host path',
  (spec.initContainers ?? []).length > 0 && 'has an init container, which the rules do not check',
  spec.containers.length !== 1 && 'has several containers, but the rules check only the first',
]);

export const hasReadOnlyRoot = eachWorkload(({ container }) => [
  container.securityContext?.readOnlyRootFilesystem !== true && 'can write to its root file system',
]);

export const mountsNoToken = eachWorkload(({ spec, app }) => [
  spec.automountServiceAccountToken !== false && 'mounts a service account token',
  spec.serviceAccountName !== app && 'has no service account of its own',
]);

export const hasNoServiceLinks = eachWorkload(({ spec }) => [
  spec.enableServiceLinks !== false && 'gets variables for every Service',
]);

export const onlyAuthHasPrivateKey = eachWorkload(({ app, spec, container }) => {
  const mounts = (spec.volumes ?? []).some(({ secret }) => secret?.secretName === 'session-private-key');
  const reads = JSON.stringify(container.env ?? []).includes('session-private-key');
  return [
    (app === 'auth' ? !mounts : mounts) &&
      (app === 'auth' ? 'does not mount the private key' : 'mounts the private key'),
    reads && 'has the private key in a variable',
  ];
});
