import { setTimeout as wait } from 'node:timers/promises';
import { cluster, programs } from './target.ts';

// Disruptions of the cluster; each returns how many objects it touched.

export async function restartDeployments(): Promise<number> {
  const deployments = await cluster.names('deployment');
  for (const name of deployments) {
    await cluster.kubectl('rollout', 'restart', `deployment/${name}`);
    await cluster.rolledOut('deployment', name);
  }
  return deployments.length;
}

export async function restartStores(): Promise<number> {
  const stores = await cluster.names('statefulset');
  for (const name of stores) {
    await cluster.kubectl('delete', 'pod', `${name}-0`, '--wait=true');
    await cluster.rolledOut('statefulset', name);
    await wait(2_000);
  }
  return stores.length;
}

/** Never both pods of a program at once, which a disruption budget would not allow either. */
export async function deleteRandomPods(): Promise<number> {
  const order = [...programs, ...programs].sort(() => Math.random() - 0.5);
  for (const name of order) {
    const pods = await cluster.kubectl('get', 'pods', '-l', `app.kubernetes.io/name=${name}`, '-o', 'name');
    const pod = pods.split('\n').sort(() => Math.random() - 0.5)[0] ?? '';
    await cluster.kubectl('delete', pod, '--wait=false');
    await cluster.rolledOut('deployment', `${name}-depl`);
  }
  return order.length;
}
