// npm run cluster:journeys: the shop on the cluster that KUBECONFIG names. The images must be there (docs/deploying.md).
// OVERLAY=dev (default) or staging; COMPONENT=jetstream puts that on top; APPLY=0 takes what runs already;
// CLUSTER_URL where the Ingress does not say its address; PAIRS of people who buy (4).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findKustomize, renderer } from '../../infra/k8s/test/kustomize.ts';
import { readBooks, violations, whenQuiet } from '../shop/books.ts';
import type { Access, Books } from '../shop/books.ts';
import { Visitor } from '../shop/visitor.ts';
import type { Failure, Order, Ticket } from '../shop/visitor.ts';
import { gatherCrowd } from './crowd.ts';
import type { Tally } from './crowd.ts';
import { openCluster } from './kubectl.ts';
import { tryConnections } from './refusals.ts';

const overlay = process.env['OVERLAY'] ?? 'dev';
const component = process.env['COMPONENT'];
const pairs = Number(process.env['PAIRS'] ?? 4);
const isStaging = overlay === 'staging';
const cluster = openCluster(isStaging ? 'ticketing-staging' : 'ticketing');
const figures: [string, string | number][] = [];
const programs = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client'];
const services = ['auth', 'tickets', 'orders', 'payments'];
const named = component ? `${overlay} with ${component}` : overlay;
const complete = ({ status }: Order) => status === 'complete';

const say = (line: string) => console.log(`[${Math.round(performance.now() / 1000)} s] ${line}`);

/** The overlay's objects; staging, which takes its Secrets from elsewhere, gets those of dev and a certificate of its own. */
function objects(): string {
  const found = findKustomize();
  if ('missing' in found) throw new Error(found.missing);
  const render = renderer(found.command);
  const manifests = render(`overlays/${overlay}`, component);
  const secrets = isStaging ? render('overlays/dev').filter(({ kind }) => kind === 'Secret') : [];
  for (const { metadata } of secrets) metadata.namespace = cluster.namespace;
  const all = [...manifests.filter(({ kind }) => kind === 'Namespace'), ...secrets, ...manifests];
  if (isStaging) all.splice(1, 0, certificate());
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all });
}

function certificate() {
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

async function address(): Promise<string> {
  if (process.env['CLUSTER_URL']) return process.env['CLUSTER_URL'];
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}';
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await wait(1_000)) {
    const host = await cluster.kubectl('get', 'ingress', 'ticketing', '-o', path);
    if (host) return `${isStaging ? 'https' : 'http'}://${host}`;
  }
  throw new Error('the Ingress has no address: say CLUSTER_URL, such as http://localhost:8080');
}

async function waitForAll() {
  for (const kind of ['statefulset', 'deployment'])
    await Promise.all((await cluster.names(kind)).map((name) => cluster.rolledOut(kind, name)));
}

async function buyOne(
  url: string,
): Promise<{ ticket: Ticket; order: Order; buyer: Visitor; seller: Visitor }> {
  const [seller, buyer] = await Promise.all([new Visitor(url).signUp(), new Visitor(url).signUp()]);
  const ticket = await seller.sells({ price: 19.99 });
  const order = await buyer.reserves(ticket.id);
  assert.equal((await buyer.pays(order.id)).status, 201);
  return { ticket, order: await buyer.sees(order.id, complete), buyer, seller };
}

/** The stores and the emulator, reached from here through the API server. */
async function withAccess<T>(use: (access: Access) => Promise<T>): Promise<T> {
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

async function checkBooks(when: string): Promise<Books> {
  const books = await withAccess((access) => whenQuiet(access, 120_000));
  assert.deepEqual(violations(books), [], when);
  say(`invariants hold ${when}: ${books.orders.length} orders, ${books.tickets.length} tickets`);
  return books;
}

async function journeys(url: string) {
  const visitor = () => new Visitor(url).signUp();
  const [seller, buyer, other] = await Promise.all([visitor(), visitor(), visitor()]);

  const declined = await buyer.reserves((await seller.sells()).id);
  const refusal = await buyer.pays(declined.id, 'tok_chargeDeclinedInsufficientFunds');
  assert.equal(refusal.status, 402);
  assert.equal((await buyer.pays(declined.id)).status, 201);
  await buyer.sees(declined.id, complete);

  const cancelled = await seller.sells();
  const order = await buyer.reserves(cancelled.id);
  assert.equal((await buyer.send('DELETE', `/api/orders/${order.id}`)).status, 204);
  assert.equal((await other.pays((await other.reserves(cancelled.id)).id)).status, 201);

  const asked = await buyer.reserves((await seller.sells()).id);
  const { body } = await buyer.pays(asked.id, 'tok_threeDSecure2Required');
  assert.equal(body.status, 'requires_action');
  const bank = `${url}${new URL(body.nextActionUrl ?? '').pathname}`;
  const html = await (await fetch(bank)).text();
  const action = [...html.matchAll(/<form[^>]*action="([^"]+)"/g)]
    .map(([, path]) => path)
    .find((path) => path?.includes('approve'));
  const button = /name="(\w+)" value="(approve\w*)"/.exec(html);
  await fetch(new URL(action ?? bank, bank), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(button ? { [button[1] ?? '']: button[2] ?? '' } : {}),
  });
  await buyer.sees(asked.id, complete);

  const hot = await seller.sells();
  const crowd = await Promise.all(Array.from({ length: 10 }, visitor));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      (crowd[i % 10] ?? other).send<Order & Failure>('POST', '/api/orders', { ticketId: hot.id }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.deepEqual(
    [...new Set(answers.map(({ status }) => status))].filter((status) => status > 201),
    [409],
  );

  assert.equal((await seller.send('POST', `/api/payments/${declined.id}/refund`, {})).status, 202);
  await buyer.sees(declined.id, ({ status }) => status === 'refunded');

  const copy = other.onTheSameSession();
  await other.send('POST', '/api/users/signout');
  for (const deadline = Date.now() + 10_000; ; await wait(100)) {
    if ((await copy.get('/api/orders')).status === 401) break;
    assert.ok(Date.now() < deadline, 'a session that was ended still works');
  }

  assert.equal((await fetch(`${url}/`)).status, 200);
  for (const path of [
    '/healthz/ready',
    '/metrics',
    '/_emulator/ledger',
    '/stripe-emulator/_emulator/ledger',
  ]) {
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    assert.ok(!/process_cpu_seconds_total|requires_capture|"database"/.test(text), `${path} is public`);
  }
}

/** Something happens to the cluster while people buy. */
async function underLoad(
  url: string,
  what: string,
  isStore: boolean,
  happen: () => Promise<number>,
): Promise<Tally> {
  const crowd = await gatherCrowd(url, pairs);
  const count = await happen();
  const tally = await crowd.leave();
  say(
    `${what}: ${count}, ${tally.requests} requests, ${tally.failed.length} failed, ${tally.unavailable} 503, ${tally.bought} bought`,
  );
  figures.push([what, count], [`  requests meanwhile`, tally.requests], ['  failed', tally.failed.length]);
  figures.push(['  answered 503 with Retry-After', tally.unavailable], ['  tickets bought', tally.bought]);
  assert.deepEqual(tally.failed.slice(0, 5), [], what);
  if (!isStore) assert.equal(tally.unavailable, 0, `${what}: nobody should have been told to wait`);
  return tally;
}

async function rollEverything() {
  const deployments = await cluster.names('deployment');
  for (const name of deployments) {
    await cluster.kubectl('rollout', 'restart', `deployment/${name}`);
    await cluster.rolledOut('deployment', name);
  }
  return deployments.length;
}

async function restartStores() {
  const stores = await cluster.names('statefulset');
  for (const name of stores) {
    await cluster.kubectl('delete', 'pod', `${name}-0`, '--wait=true');
    await cluster.rolledOut('statefulset', name);
    await wait(2_000);
  }
  return stores.length;
}

/** Never both pods of a program at once, which a disruption budget would not allow either. */
async function deletePods() {
  const order = [...programs, ...programs].sort(() => Math.random() - 0.5);
  for (const name of order) {
    const pods = await cluster.kubectl('get', 'pods', '-l', `app.kubernetes.io/name=${name}`, '-o', 'name');
    const pod = pods.split('\n').sort(() => Math.random() - 0.5)[0] ?? '';
    await cluster.kubectl('delete', pod, '--wait=false');
    await cluster.rolledOut('deployment', `${name}-depl`);
  }
  return order.length;
}

if (isStaging) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the certificate is of our own making
const wasThere =
  (await cluster.kubectl('get', 'namespace', cluster.namespace, '--ignore-not-found', '-o', 'name')) !== '';
const applied = performance.now();
if (process.env['APPLY'] !== '0') {
  await cluster.apply(objects());
  say(`applied the overlay ${named}${wasThere ? ' over what was there' : ''}`);
}
await waitForAll();
const url = await address();
say(`everything runs; the shop is at ${url}`);
// The controller learns of ready pods a moment later than the API server.
for (const path of ['/', '/api/users/currentuser', '/api/tickets', '/api/orders', '/api/payments/config'])
  for (const deadline = Date.now() + 60_000; ; await wait(200)) {
    const answer = await fetch(`${url}${path}`).catch(() => undefined);
    if (answer && answer.status < 500) break;
    assert.ok(Date.now() < deadline, `${url}${path} answers ${answer?.status}`);
  }
await buyOne(url);
const seconds = ((performance.now() - applied) / 1000).toFixed(1);
say(`first ticket bought ${seconds} s after kubectl apply`);
figures.push([`from kubectl apply to the first ticket bought, s${wasThere ? ' (was there)' : ''}`, seconds]);

await journeys(url);
say('journeys done');
await checkBooks('after the journeys');

const refused = await cluster
  .kubectl('run', 'root', '--image=ticketing/tickets', '--dry-run=server')
  .catch((error: { stderr?: string }) => error.stderr ?? '');
assert.match(refused, /violates PodSecurity "restricted/);
figures.push(['pods admitted by the restricted standard', (await cluster.names('pods')).length]);
const connections = await tryConnections(
  cluster,
  component === 'jetstream' ? ['nats', 'jetstream'] : ['nats'],
);
assert.deepEqual(connections.wrong, []);
say(`${connections.tried} connections tried, ${connections.refused} refused, as the policies say`);
figures.push(['connections refused by the policies', `${connections.refused} of ${connections.tried}`]);

await underLoad(url, 'Deployments rolled', false, rollEverything);
await checkBooks('after the roll-outs');

for (const name of programs) await cluster.kubectl('scale', `deployment/${name}-depl`, '--replicas=2');
await waitForAll();
await underLoad(url, 'pods deleted at random', false, deletePods);
await checkBooks('after the pods were deleted');

await underLoad(url, 'stores restarted', true, restartStores);
const before = await checkBooks('after the stores were restarted');

await cluster.kubectl('delete', 'pods', '--all', '--wait=true');
await waitForAll();
const after = await withAccess(readBooks);
const ids = (docs: { _id: string }[]) => docs.map(({ _id }) => _id).sort();
for (const name of ['tickets', 'orders', 'payments'] as const)
  assert.deepEqual(ids(after[name]), ids(before[name]));
assert.deepEqual(after.ledger.map(({ id }) => id).sort(), before.ledger.map(({ id }) => id).sort());
say('all pods were deleted; the volumes kept everything');
await buyOne(url);
const last = await checkBooks('at the end');
figures.push(['orders whose invariants were checked', last.orders.length]);

console.log('');
for (const [name, value] of figures) console.log(`${name.padEnd(58)} ${value}`);
console.log(`\nEverything holds on the overlay ${named}.`);
