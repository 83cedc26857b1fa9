import type { Facts, Subject } from './facts.ts';

/** The services that have facts. */
export const timelineServices = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
export type TimelineService = (typeof timelineServices)[number];

/** The services whose facts name the ids that the others look for, one after the other. */
const first: Record<Subject['kind'], TimelineService[]> = {
  order: ['orders'],
  ticket: ['orders'],
  payment: ['payments', 'orders'],
  user: ['tickets', 'orders'],
};

/**
 * Reads the facts of `services`. `read` gets what is known so far, and rejects when a service has no facts: then the reason
 * is one of the problems of the timeline.
 */
export async function collectFacts(
  { kind }: Subject,
  services: readonly TimelineService[],
  read: (service: TimelineService, known: Facts[]) => Promise<Facts>,
): Promise<Facts[]> {
  const readOrNone = (service: TimelineService, known: Facts[]) =>
    read(service, known).catch((error: unknown) => noFacts(service, error as Error));
  let known: Facts[] = [];
  for (const service of first[kind]) known = [...known, await readOrNone(service, known)];
  const rest = services.filter((service) => service !== first[kind].at(-1));
  return [...known, ...(await Promise.all(rest.map((service) => readOrNone(service, known))))];
}

function noFacts(service: TimelineService, { message }: Error): Facts {
  return { service, readAt: new Date().toISOString(), moments: [], problems: [`${service}: ${message}`] };
}
