import { ofKind, workloads } from './manifest.ts';
import type { Manifest, Workload } from './manifest.ts';
import type { Rule } from './rules/rule.ts';

/** Changes valid manifests so that they violate a rule. */
export type Violation = (manifests: Manifest[]) => void;

export const first = (manifests: Manifest[], app: string): Workload => {
  const found = workloads(manifests).find((workload) => workload.app === app);
  if (!found) throw new Error(`The manifests have no workload ${app}`);
  return found;
};
export const tickets = (change: (workload: Workload) => void): Violation => {
  return (manifests) => change(first(manifests, 'tickets'));
};
export const containerSecurity = (change: Record<string, unknown>) =>
  tickets(({ container }) => Object.assign(container.securityContext ?? {}, change));
export const podSecurity = (change: Record<string, unknown>) =>
  tickets(({ spec }) => Object.assign(spec.securityContext ?? {}, change));
export const argumentOf = (app: string, flag: string, other: string) => (manifests: Manifest[]) => {
  const { container } = first(manifests, app);
  container.args = (container.args ?? []).map((given) => (given === flag ? other : given));
};

export function withPath(path: { path: string; pathType: 'Prefix' | 'ImplementationSpecific' }): Violation {
  return (manifests) =>
    ofKind(manifests, 'Ingress').forEach(({ spec }) =>
      spec?.rules?.[0]?.http?.paths.push({
        ...path,
        backend: { service: { name: 'auth-srv', port: { number: 3000 } } },
      }),
    );
}

/** A title, a rule for every overlay, and violations that the rule must find. */
export type RuleCase = [title: string, rule: Rule, violations: Record<string, Violation>];
