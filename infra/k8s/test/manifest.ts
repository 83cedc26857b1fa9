import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1/PriorityClass';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { Certificate, Gateway, HttpRoute } from './custom-resources.ts';

/** A rendered object; `types.test.ts` checks it against the type of its kind. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: { release?: string } };
};

/** Whether an object belongs to the whole cluster; an account with rights in one namespace cannot write it. */
export function isClusterScoped({ kind }: Manifest): boolean {
  return ['Namespace', 'PriorityClass'].includes(kind);
}

type Kinds = {
  Certificate: Certificate;
  ConfigMap: IConfigMap;
  CronJob: ICronJob;
  Deployment: IDeployment;
  Gateway: Gateway;
  HTTPRoute: HttpRoute;
  Ingress: IIngress;
  Namespace: INamespace;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  PriorityClass: IPriorityClass;
  Role: IRole;
  Secret: ISecret;
  Service: IService;
  StatefulSet: IStatefulSet;
};
type Named = { metadata: { name: string; namespace?: string } };

export function ofKind<K extends keyof Kinds>(manifests: Manifest[], kind: K): (Kinds[K] & Named)[] {
  return manifests.filter((manifest) => manifest.kind === kind) as unknown as (Kinds[K] & Named)[];
}

export type Workload = {
  kind: 'Deployment' | 'StatefulSet' | 'CronJob';
  name: string;
  /** The label app.kubernetes.io/name of its pods. */
  app: string;
  component: string;
  spec: IPodSpec;
  container: IContainer;
  object: (IDeployment | IStatefulSet | ICronJob) & Named;
};

export function workloads(manifests: Manifest[]): Workload[] {
  return (['Deployment', 'StatefulSet', 'CronJob'] as const).flatMap((kind) =>
    ofKind(manifests, kind).map((object): Workload => {
      const { spec: outer } = object;
      const template = outer && 'jobTemplate' in outer ? outer.jobTemplate.spec?.template : outer?.template;
      const spec = template?.spec;
      const container = spec?.containers[0];
      if (!spec || !container) throw new Error(`${object.metadata.name} has no container`);
      const labels = template.metadata?.labels ?? {};
      return {
        kind,
        name: object.metadata.name,
        app: labels['app.kubernetes.io/name'] ?? '',
        component: labels['app.kubernetes.io/component'] ?? '',
        spec,
        container,
        object,
      };
    }),
  );
}
