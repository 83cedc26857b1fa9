import 'server-only';
// The timeline of `npm run ops`. Its folder imports nothing outside of it, so the client needs no package of the services.
import { collectFacts } from '../../../common/src/timeline/collect-facts.ts';
import {
  type Facts,
  isSubjectId,
  relatedIds,
  type Subject,
  subjectKinds,
} from '../../../common/src/timeline/facts.ts';
import { type Timeline, timelineOf } from '../../../common/src/timeline/timeline.ts';
import { serviceNames, servicePaths } from '../features/admin/services.ts';
import { read, type Service } from './api.ts';

export type { Subject, Timeline };

const MAX_IDS = 100;
const READ_MS = 8_000;

/** The subject of an address; undefined for a kind or an id that none can have. */
export function toSubject(kind: string, id: string): Subject | undefined {
  const known = subjectKinds.find((one) => one === kind);
  const subject = known && { kind: known, id };
  return subject && isSubjectId(subject) ? subject : undefined;
}

/** Joins what every service knows of an order, a ticket, a payment or a user; undefined when none knows it. */
export async function getTimeline(subject: Subject): Promise<Timeline | undefined> {
  const facts = await collectFacts(subject, serviceNames, (service, known) =>
    readFacts(service as Service, subject, known),
  );
  return timelineOf(subject, facts);
}

async function readFacts(service: Service, subject: Subject, known: Facts[]): Promise<Facts> {
  const ids = Object.entries(relatedIds(subject, known)).filter(([, list]) => list.length > 0);
  const query = ids.map(([kind, list]) => `${kind}=${list.slice(0, MAX_IDS).join(',')}`).join('&');
  return (await read<Facts>(service, `${servicePaths[service]}/admin/facts?${query}`, READ_MS)).data;
}
