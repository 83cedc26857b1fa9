import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export type Route = { path: string; pathType: 'Prefix' | 'Exact'; service: string };

type IngressPath = { path: string; pathType: string; backend: { service: { name: string } } };
type Ingress = { kind: string; spec: { rules: { http: { paths: IngressPath[] } }[] } };

const manifests = [
  'infra/k8s/components/ingress/ingress.yaml',
  'infra/k8s/components/stripe-emulator/ingress.yaml',
];

/** The route table of the cluster, read from the Ingress manifests. */
export function readRoutes(root: string): Route[] {
  return manifests.flatMap((file) => routesOf(readFileSync(join(root, file), 'utf8')));
}

export function routesOf(manifest: string): Route[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as Ingress)
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths))
    .map(({ path, pathType, backend }) => {
      if (pathType !== 'Prefix' && pathType !== 'Exact')
        throw new Error(`${path}: pathType ${pathType} is not portable; use Prefix or Exact`);
      return { path, pathType, service: backend.service.name };
    });
}

/** Matches as Kubernetes does: prefixes by whole path elements, the longest path first, Exact before Prefix. */
export function matchRoute(routes: Route[], pathname: string): Route | undefined {
  return routes
    .filter((route) =>
      route.pathType === 'Exact' ? route.path === pathname : hasPrefix(pathname, route.path),
    )
    .sort((a, b) => b.path.length - a.path.length || rank(a) - rank(b))[0];
}

function hasPrefix(pathname: string, prefix: string): boolean {
  const bare = prefix.replace(/\/+$/, '');
  return pathname === bare || pathname.startsWith(`${bare}/`);
}

const rank = ({ pathType }: Route) => (pathType === 'Exact' ? 0 : 1);

/** Whether a path belongs to the API, and not to the pages. */
export function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}
