// npm run cluster:journeys: runs the shop on the cluster in KUBECONFIG. The images must exist (docs/deploying.md).
// OVERLAY=dev (default), staging or staging-jetstream; COMPONENT=jetstream adds a component; APPLY=0 uses what is already deployed;
// CLUSTER_URL where the Ingress has no address; PAIRS of seller and buyer that generate load (4).
import assert from 'node:assert/strict';
import type { Snapshot } from '../shop/snapshot.ts';
import { findViolations, readSnapshot, waitUntilQuiescent } from '../shop/snapshot.ts';
import { deploy, waitForRollouts, withEndpoints } from './deployment.ts';
import { deleteRandomPods, restartDeployments, restartStores } from './disruptions.ts';
import { startLoad } from './load-generator.ts';
import { checkNetworkPolicies } from './network-policies.ts';
import { buyTicket, runJourneys } from './purchases.ts';
import { broker, cluster, component, overlay, print, programs } from './target.ts';

const pairs = Number(process.env['PAIRS'] ?? 4);
const figures: [string, string | number][] = [];
const named = component ? `${overlay} with ${component}` : overlay;

async function checkInvariants(when: string): Promise<Snapshot> {
  const snapshot = await withEndpoints((endpoints) => waitUntilQuiescent(endpoints, 120_000));
  assert.deepEqual(findViolations(snapshot), [], when);
  print(`invariants hold ${when}: ${snapshot.orders.length} orders, ${snapshot.tickets.length} tickets`);
  return snapshot;
}

/** Disrupts the cluster while buyers buy. */
async function disruptUnderLoad(
  url: string,
  what: string,
  isStore: boolean,
  disrupt: () => Promise<number>,
): Promise<void> {
  const load = await startLoad(url, pairs);
  const count = await disrupt();
  const tally = await load.stop();
  print(
    `${what}: ${count}, ${tally.requests} requests, ${tally.failed.length} failed, ${tally.unavailable} 503, ${tally.bought} bought`,
  );
  figures.push([what, count], [`  requests meanwhile`, tally.requests], ['  failed', tally.failed.length]);
  figures.push(['  answered 503 with Retry-After', tally.unavailable], ['  tickets bought', tally.bought]);
  assert.deepEqual(tally.failed.slice(0, 5), [], what);
  if (!isStore) assert.equal(tally.unavailable, 0, `${what}: no request may be answered with 503`);
}

const applied = performance.now();
const { url, existed } = await deploy();
await buyTicket(url);
const seconds = ((performance.now() - applied) / 1000).toFixed(1);
print(`first ticket bought ${seconds} s after kubectl apply`);
figures.push([`from kubectl apply to the first ticket bought, s${existed ? ' (existed)' : ''}`, seconds]);

await runJourneys(url);
print('journeys done');
await checkInvariants('after the journeys');

const refused = await cluster
  .kubectl('run', 'root', '--image=ticketing/tickets', '--dry-run=server')
  .catch((error: { stderr?: string }) => error.stderr ?? '');
assert.match(refused, /violates PodSecurity "restricted/);
figures.push(['pods admitted by the restricted standard', (await cluster.names('pods')).length]);
const connections = await checkNetworkPolicies(cluster, broker);
assert.deepEqual(connections.wrong, []);
print(`${connections.tried} connections tried, ${connections.refused} refused, as the policies define`);
figures.push(['connections refused by the policies', `${connections.refused} of ${connections.tried}`]);

await disruptUnderLoad(url, 'Deployments restarted', false, restartDeployments);
await checkInvariants('after restarting the Deployments');

for (const name of programs) await cluster.kubectl('scale', `deployment/${name}-depl`, '--replicas=2');
await waitForRollouts();
await disruptUnderLoad(url, 'pods deleted at random', false, deleteRandomPods);
await checkInvariants('after the pods were deleted');

await disruptUnderLoad(url, 'stores restarted', true, restartStores);
const before = await checkInvariants('after the stores were restarted');

await cluster.kubectl('delete', 'pods', '--all', '--wait=true');
await waitForRollouts();
const after = await withEndpoints(readSnapshot);
const ids = (docs: { _id: string }[]) => docs.map(({ _id }) => _id).sort();
for (const name of ['tickets', 'orders', 'payments'] as const)
  assert.deepEqual(ids(after[name]), ids(before[name]));
assert.deepEqual(after.ledger.map(({ id }) => id).sort(), before.ledger.map(({ id }) => id).sort());
print('all pods were deleted; the volumes kept all documents');
await buyTicket(url);
const last = await checkInvariants('at the end');
figures.push(['orders whose invariants were checked', last.orders.length]);

console.log('');
for (const [name, value] of figures) console.log(`${name.padEnd(58)} ${value}`);
console.log(`\nEverything holds on the overlay ${named}.`);
