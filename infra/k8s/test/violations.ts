import type { Manifest, Workload } from './manifest.ts';
import { ofKind, workloads } from './manifest.ts';
import type { Rule } from './rules/rule.ts';

/** Changes valid manifests so that they violate a rule. */
export type Violation = (manifests: Manifest[]) => void;

export const workloadOf = (manifests: Manifest[], app: string): Workload => {
  const found = workloads(manifests).find((workload) => workload.app === app);
  if (!found) throw new Error(`The manifests have no workload ${app}`);
  return found;
};
export const changeTickets = (change: (workload: Workload) => void): Violation => {
  return (manifests) => change(workloadOf(manifests, 'tickets'));
};
export const changeContainerSecurity = (change: Record<string, unknown>) =>
  changeTickets(({ container }) => Object.assign(container.securityContext ?? {}, change));
export const changePodSecurity = (change: Record<string, unknown>) =>
  changeTickets(({ spec }) => Object.assign(spec.securityContext ?? {}, change));
export const changeArgument = (app: string, flag: string, other: string) => (manifests: Manifest[]) => {
  const { container } = workloadOf(manifests, app);
  container.args = (container.args ?? []).map((given) => (given === flag ? other : given));
};

export function addIngressPath(path: {
  path: string;
  pathType: 'Prefix' | 'ImplementationSpecific';
}): Violation {
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
