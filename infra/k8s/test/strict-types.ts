import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './manifest.ts';

const k8s = join(import.meta.dirname, '..');

/** The module with the type of each allowed kind. */
const builtIn: Record<string, string> = {
  'v1/ConfigMap': 'v1/ConfigMap',
  'v1/Namespace': 'v1/Namespace',
  'v1/Secret': 'v1/Secret',
  'v1/Service': 'v1/Service',
  'v1/ServiceAccount': 'v1/ServiceAccount',
  'v1/PersistentVolumeClaim': 'v1/PersistentVolumeClaim',
  'apps/v1/Deployment': 'apps/v1/Deployment',
  'apps/v1/StatefulSet': 'apps/v1/StatefulSet',
  'batch/v1/CronJob': 'batch/v1/CronJob',
  'autoscaling/v2/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'networking.k8s.io/v1/Ingress': 'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/NetworkPolicy': 'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget': 'policy/v1/PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1/Role': 'rbac.authorization.k8s.io/v1/Role',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'rbac.authorization.k8s.io/v1/RoleBinding',
  'scheduling.k8s.io/v1/PriorityClass': 'scheduling.k8s.io/v1/PriorityClass',
};
const custom: Record<string, string> = {
  'gateway.networking.k8s.io/v1/Gateway': 'Gateway',
  'gateway.networking.k8s.io/v1/HTTPRoute': 'HttpRoute',
  'monitoring.coreos.com/v1/ServiceMonitor': 'ServiceMonitor',
  'monitoring.coreos.com/v1/PrometheusRule': 'PrometheusRule',
  'cert-manager.io/v1/Certificate': 'Certificate',
  'cert-manager.io/v1/Issuer': 'Issuer',
  'external-secrets.io/v1/ExternalSecret': 'ExternalSecret',
};

/** Writes the objects as typed literals and compiles them. Returns the errors: unknown keys, wrong and missing values. */
export function typeErrors(manifests: Manifest[]): string[] {
  const unknown = new Set(
    manifests
      .map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)
      .filter((id) => !builtIn[id] && !custom[id]),
  );
  if (unknown.size > 0) return [...unknown].map((id) => `${id} is not in the list of allowed kinds`);
  const imports = new Set<string>();
  const literals = [
    ...new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest])).entries(),
  ].map(([text, { apiVersion, kind }], index) => {
    const id = `${apiVersion}/${kind}`;
    const name = custom[id] ?? `I${kind}`;
    imports.add(
      custom[id]
        ? `import type { ${name} } from './custom-resources.ts';`
        : `import type { ${name} } from 'kubernetes-models/${builtIn[id]}';`,
    );
    return `export const o${index}: ${name} = ${text};`;
  });
  const file = join(k8s, 'test/rendered-manifests.ts');
  const source = [...imports, ...literals].join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const withRendered: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    readFile: (name) => (name === file ? source : host.readFile(name)),
    getSourceFile: (name, ...rest) =>
      name === file
        ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023)
        : host.getSourceFile(name, ...rest),
  };
  const program = ts.createProgram([file], options, withRendered);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file: at, start }) => {
    const line = at && start !== undefined ? at.getLineAndCharacterOfPosition(start).line - imports.size : -1;
    const object = line >= 0 ? /"name":"([^"]+)"/.exec(literals[line] ?? '')?.[1] : '';
    return `${object}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
