import { ofKind, workloads } from '../manifest.ts';
import type { Rule } from './rule.ts';

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

export const ingressIsPortable: Rule = (manifests) =>
  ofKind(manifests, 'Ingress').flatMap(({ metadata, spec }) => [
    ...(metadata && 'annotations' in metadata ? [`${metadata.name} has annotations`] : []),
    ...(spec?.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? [])
      .filter(({ pathType, path }) => pathType !== 'Prefix' || !/^\/[\w/-]*$/.test(path ?? ''))
      .map(({ path, pathType }) => `${metadata.name}: ${pathType} ${path} is not portable`),
  ]);

export const routesNoInternalPaths: Rule = (manifests) =>
  ofKind(manifests, 'Ingress')
    .flatMap(({ spec }) => spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .filter(({ path }) => /healthz|metrics|_emulator/.test(path ?? ''))
    .map(({ path }) => `${path} is public`);
