import { openCluster } from './kubectl.ts';

// What all parts of a run share: the cluster that KUBECONFIG names, and what the environment selects.

export const overlay = process.env['OVERLAY'] ?? 'dev';
export const component = process.env['COMPONENT'];
export const isStaging = overlay.startsWith('staging');
export const broker = overlay.endsWith('-jetstream') || component === 'jetstream' ? 'jetstream' : 'nats';
export const cluster = openCluster(isStaging ? 'ticketing-staging' : 'ticketing');
export const programs = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client'];
export const services = ['auth', 'tickets', 'orders', 'payments'];

export const print = (line: string) => console.log(`[${Math.round(performance.now() / 1000)} s] ${line}`);
