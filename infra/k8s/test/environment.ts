import type { Manifest } from './manifest.ts';
import { ofKind, workloads } from './manifest.ts';

/** The environment of a program's pod, with the values of Secrets, ConfigMaps and the pod's name. */
export function environmentOf(manifests: Manifest[], app: string): Record<string, string> {
  const workload = workloads(manifests).find((candidate) => candidate.app === app);
  if (!workload) throw new Error(`The manifests have no workload ${app}`);
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of workload.container.env ?? []) {
    const text =
      value ??
      secretValue(manifests, valueFrom?.secretKeyRef) ??
      configMapValue(manifests, valueFrom?.configMapKeyRef) ??
      (valueFrom?.fieldRef?.fieldPath === 'metadata.name' ? `${workload.name}-5c9d7b8f-x2x4z` : undefined);
    if (text === undefined) throw new Error(`${app}: ${name} has no value and no source that exists`);
    env[name] = text.replace(/\$\((\w+)\)/g, (whole, other: string) => env[other] ?? whole);
  }
  return env;
}

type Reference = { name?: string; key: string } | undefined;

function secretValue(manifests: Manifest[], reference: Reference): string | undefined {
  const secret = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === reference?.name);
  const encoded = secret?.data?.[reference?.key ?? ''];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

function configMapValue(manifests: Manifest[], reference: Reference): string | undefined {
  return ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === reference?.name)?.data?.[
    reference?.key ?? ''
  ];
}
