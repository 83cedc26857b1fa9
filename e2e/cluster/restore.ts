// npm run cluster:restore: buys, backs up, buys, and restores the database of tickets from the backup, with the commands of
// docs/deploying.md, on the cluster in KUBECONFIG. Then checks that everything is consistent. OVERLAY and APPLY=0 as in
// journeys.ts. The component backup is added to the overlay.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runSource } from '../shop/run-source.ts';
import type { Order, Ticket } from '../shop/shop-client.ts';
import { ShopClient } from '../shop/shop-client.ts';
import { findViolations, waitUntilQuiescent } from '../shop/snapshot.ts';
import { deploy, inPod, withEndpoints } from './deployment.ts';
import { cluster, print } from './target.ts';

const execute = promisify(execFile);
const restored = 'tickets';
const run = Date.now().toString(36);

/** Waits for the end of a Job and returns its log; rejects with the log of one that failed. */
async function jobEnds(name: string): Promise<string> {
  const path = 'jsonpath={.status.succeeded}{" "}{.status.conditions[?(@.type=="Failed")].status}';
  for (const deadline = Date.now() + 300_000; ; await wait(1_000)) {
    const [succeeded, failed] = (await cluster.kubectl('get', 'job', name, '-o', path)).split(' ');
    const log = () => cluster.kubectl('logs', `job/${name}`, '--tail=-1');
    if (succeeded === '1') return log();
    if (failed === 'True' || Date.now() > deadline)
      throw new Error(`The Job ${name} failed or did not end:\n${await log()}`);
  }
}

async function backUp(): Promise<string> {
  await cluster.kubectl('create', 'job', `backup-${run}`, '--from=cronjob/backup');
  const log = await jobEnds(`backup-${run}`);
  const name = /^Wrote (\S+)\.$/m.exec(log)?.[1];
  assert.ok(name, log);
  return name;
}

async function restore(backup: string): Promise<void> {
  await cluster.kubectl('scale', `deployment/${restored}-depl`, '--replicas=0');
  const pods = ['pod', '-l', `app.kubernetes.io/name=${restored}`];
  await cluster.kubectl('wait', '--for=delete', ...pods, '--timeout=120s');
  const job = `restore-${run}`;
  const k = `kubectl --namespace ${cluster.namespace}`;
  const command = `${k} create job ${job} --from=cronjob/restore --dry-run=client -o yaml |
    ${k} set env --local -f - SERVICE=${restored} BACKUP=${backup} -o yaml | ${k} apply -f -`;
  await execute('bash', ['-o', 'pipefail', '-c', command]);
  print((await jobEnds(job)).split('\n').join('; '));
  await cluster.kubectl('scale', `deployment/${restored}-depl`, '--replicas=2');
  await cluster.rolledOut('deployment', `${restored}-depl`);
}

/** The last line of the timeline of an order, such as `consistent`. */
async function verdictOf(orderId: string): Promise<string> {
  const args = ['order', orderId, '--kubernetes', cluster.namespace];
  const { stdout } = await runSource('infra/local/src/ops.ts', ...args);
  return stdout.trim().split('\n').at(-1) ?? '';
}

const { url } = await deploy('backup');
const [seller, buyer] = await Promise.all([new ShopClient(url).signUp(), new ShopClient(url).signUp()]);
const listed: Ticket[] = [];
for (let count = 0; count < 6; count += 1) listed.push(await seller.listTicket());
const reserve = (index: number) => buyer.reserve(listed[index]?.id ?? '');
const isComplete = ({ status }: Order) => status === 'complete';
async function pay(order: Order): Promise<Order> {
  assert.equal((await buyer.pay(order.id)).status, 201);
  return buyer.waitForOrder(order.id, isComplete);
}

const bought = [await pay(await reserve(0)), await pay(await reserve(1))];
const backup = await backUp();
print(`bought 2 tickets, then backed up: ${backup}`);
bought.push(await pay(await reserve(2)), await pay(await reserve(3)));
const [canceled, open] = [await reserve(4), await reserve(5)];
assert.equal((await buyer.send('DELETE', `/api/orders/${canceled.id}`)).status, 204);
print('bought 2 more, canceled an order, and left one open');

await restore(backup);
const differences = JSON.parse(await inPod('payments', 'dist/reconcile.js')) as unknown[];
assert.deepEqual(differences, []);
print(await inPod(restored, 'dist/resync.js', restored));
bought.push(await pay(open));
const snapshot = await withEndpoints((endpoints) => waitUntilQuiescent(endpoints, 120_000));
assert.deepEqual(findViolations(snapshot), []);
const statuses = listed.map(({ id }) => snapshot.tickets.find(({ _id }) => _id === id)?.status);
assert.deepEqual(statuses, ['sold', 'sold', 'sold', 'sold', 'available', 'sold']);
for (const { id } of [...bought, canceled]) {
  const verdict = await verdictOf(id);
  assert.match(verdict, /^consistent/, `the timeline of order ${id} ends with: ${verdict}`);
}
print(`${snapshot.orders.length} orders, ${snapshot.tickets.length} tickets: all invariants hold`);
console.log(`\nEverything is consistent after restoring ${restored}.`);
