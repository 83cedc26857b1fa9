import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findKustomize, renderer, setupOf } from '../../infra/k8s/test/kustomize.ts';
import type { Endpoints } from '../shop/snapshot.ts';
import { cluster, component, isStaging, overlay, print, services } from './target.ts';

/**
 * Applies the overlay with these components, unless APPLY=0, and waits until the shop answers.
 * @returns its URL, and whether the namespace existed before.
 */
export async function deploy(...components: string[]): Promise<{ url: string; existed: boolean }> {
  if (isStaging) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the certificate is self-signed
  const namespace = ['get', 'namespace', cluster.namespace, '--ignore-not-found', '-o', 'name'];
  const existed = (await cluster.kubectl(...namespace)) !== '';
  const all = [...(component ? [component] : []), ...components];
  if (process.env['APPLY'] !== '0') {
    await cluster.apply(renderObjects(all));
    print(`applied the overlay ${[overlay, ...all].join(' with ')}${existed ? ' over an existing one' : ''}`);
  }
  await waitForRollouts();
  const url = await findUrl();
  print(`all rollouts are complete; the shop is at ${url}`);
  // The ingress controller sees ready pods a moment later than the API server.
  for (const path of ['/', '/api/users/currentuser', '/api/tickets', '/api/orders', '/api/payments/config'])
    for (const deadline = Date.now() + 60_000; ; await wait(200)) {
      const response = await fetch(`${url}${path}`).catch(() => undefined);
      if (response && response.status < 500) break;
      assert.ok(Date.now() < deadline, `${url}${path} answers ${response?.status}`);
    }
  return { url, existed };
}

/** The objects of the overlay as JSON. Staging has no Secrets of its own: it gets those of dev and a new certificate. */
function renderObjects(components: string[]): string {
  const found = findKustomize();
  if ('missing' in found) throw new Error(found.missing);
  const render = renderer(found.command);
  const manifests = render(`overlays/${overlay}`, ...components);
  const secrets = isStaging ? render('overlays/dev').filter(({ kind }) => kind === 'Secret') : [];
  for (const { metadata } of secrets) metadata.namespace = cluster.namespace;
  const setup = setupOf(overlay).flatMap((folder) => render(folder));
  const items = [...setup, ...secrets, ...(isStaging ? [createCertificate()] : []), ...manifests];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function createCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, crt] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '30',
    '-subj',
    '/CN=staging.tickets.example',
  ];
  execFileSync(process.env['OPENSSL'] ?? 'openssl', [...request, '-keyout', key, '-out', crt], {
    stdio: 'pipe',
  });
  const encoded = (file: string) => readFileSync(file).toString('base64');
  const data = { 'tls.crt': encoded(crt), 'tls.key': encoded(key) };
  rmSync(folder, { recursive: true });
  const metadata = { name: 'ticketing-tls', namespace: cluster.namespace };
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data };
}

/** The URL of the Ingress. */
async function findUrl(): Promise<string> {
  if (process.env['CLUSTER_URL']) return process.env['CLUSTER_URL'];
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}';
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await wait(1_000)) {
    const host = await cluster.kubectl('get', 'ingress', 'ticketing', '-o', path);
    if (host) return `${isStaging ? 'https' : 'http'}://${host}`;
  }
  throw new Error('The Ingress has no address: set CLUSTER_URL, for example to http://localhost:8080');
}

/** Waits for the rollout of all StatefulSets and Deployments. */
export async function waitForRollouts() {
  for (const kind of ['statefulset', 'deployment'])
    await Promise.all((await cluster.names(kind)).map((name) => cluster.rolledOut(kind, name)));
}

/** Forwards ports to the stores and the emulator for as long as `use` takes. */
export async function withEndpoints<T>(use: (endpoints: Endpoints) => Promise<T>): Promise<T> {
  const mongo = services.map((name) => ({ service: `${name}-mongo-srv`, port: 27017 }));
  const uris = await Promise.all(services.map((name) => cluster.secret(`${name}-mongo`, 'uri')));
  return cluster.forward([...mongo, { service: 'stripe-emulator-srv', port: 3000 }], ([...ports]) => {
    const urls = new Map([['emulator', `http://127.0.0.1:${ports.at(-1)}`]]);
    services.forEach((name, index) => {
      const uri = (uris[index] ?? '').replace(`${name}-mongo-srv:27017`, `127.0.0.1:${ports[index]}`);
      urls.set(`mongod-${name}`, `${uri}&directConnection=true`);
    });
    return use({ urlOf: (name) => urls.get(name) ?? '' });
  });
}

/** Runs a program of an image with Node in a pod of the service. */
export function inPod(service: string, ...args: string[]): Promise<string> {
  return cluster.kubectl('exec', `deploy/${service}-depl`, '--', '/nodejs/bin/node', ...args);
}
