import { ofKind, workloads } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** The environment that a program's pod gets, with Secrets, settings and the pod's name put in. */
export function environmentOf(manifests: Manifest[], app: string): Record<string, string> {
  const workload = workloads(manifests).find((candidate) => candidate.app === app);
  if (!workload) throw new Error(`${app} is not rendered`);
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of workload.container.env ?? []) {
    const text =
      value ??
      secretValue(manifests, valueFrom?.secretKeyRef) ??
      settingValue(manifests, valueFrom?.configMapKeyRef) ??
      (valueFrom?.fieldRef?.fieldPath === 'metadata.name' ? `${workload.name}-5c9d7b8f-x2x4z` : undefined);
    if (text === undefined) throw new Error(`${app}: ${name} comes from nowhere`);
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

function settingValue(manifests: Manifest[], reference: Reference): string | undefined {
  return ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === reference?.name)?.data?.[
    reference?.key ?? ''
  ];
}
