import { randomBytes } from 'node:crypto';
import { eventOwners } from '../../../common/src/event-owners.ts';
import type { ServiceName } from './build.ts';
import { services } from './build.ts';
import type { EventBusName } from './system-options.ts';

/** The user of the broker itself, of operators and of tests: it may do everything. */
export const OPERATOR = 'operator';
export type BrokerUser = typeof OPERATOR | ServiceName;
export const brokerUsers: readonly BrokerUser[] = [OPERATOR, ...services];

/** What every client of a broker publishes besides events: requests to the server, and acknowledgments. */
const requests: Record<EventBusName, readonly string[]> = {
  'nats-streaming': [
    '_STAN.discover.ticketing',
    '_STAN.discover.ticketing.pings',
    '_STAN.sub.ticketing',
    '_STAN.subclose.ticketing',
    '_STAN.close.ticketing',
    '_INBOX.*',
  ],
  jetstream: [
    '$JS.API.INFO',
    '$JS.API.STREAM.CREATE.TICKETING',
    '$JS.API.STREAM.INFO.TICKETING',
    '$JS.API.STREAM.MSG.GET.TICKETING',
    '$JS.API.CONSUMER.CREATE.TICKETING',
    '$JS.API.CONSUMER.CREATE.TICKETING.>',
    '$JS.API.CONSUMER.INFO.TICKETING.*',
    '$JS.API.CONSUMER.MSG.NEXT.TICKETING.*',
    '$JS.ACK.TICKETING.>',
  ],
};

/** What every client subscribes to: the server's answers and the delivered messages. */
const answers: Record<EventBusName, readonly string[]> = {
  'nats-streaming': ['_INBOX.>', '_STAN.acks.*'],
  jetstream: ['_INBOX.>'],
};

const channelOf: Record<EventBusName, (event: string) => string> = {
  'nats-streaming': (event) => `_STAN.pub.ticketing.${event}`,
  jetstream: (event) => `events.${event.replaceAll(':', '.')}`,
};

/**
 * The broker's configuration of users. Each service may publish its own events and no others, by the table that
 * `checkEvent` uses. `passwordOf` returns the password as the configuration contains it.
 */
export function brokerUsersConfig(eventBus: EventBusName, passwordOf: (user: BrokerUser) => string): string {
  const list = (subjects: readonly string[]) => `[${subjects.map((subject) => `"${subject}"`).join(', ')}]`;
  return `authorization {
  users: [
    { user: ${OPERATOR}, password: ${passwordOf(OPERATOR)} }
${services
  .map((service) => {
    const own = Object.entries(eventOwners)
      .filter(([, owners]) => (owners as readonly string[]).includes(service))
      .map(([event]) => channelOf[eventBus](event));
    return `    {
      user: ${service}, password: ${passwordOf(service)}
      permissions: {
        publish: { allow: ${list([...own, ...requests[eventBus]])} }
        subscribe: { allow: ${list(answers[eventBus])} }
        allow_responses: true
      }
    }`;
  })
  .join('\n')}
  ]
}
${
  eventBus === 'nats-streaming'
    ? `streaming { username: ${OPERATOR}, password: ${passwordOf(OPERATOR)} }\n`
    : ''
}`;
}

/** The users' configuration in the cluster: the broker's pod has the passwords as variables, from Secrets. */
export function clusterUsersConfig(eventBus: EventBusName): string {
  const note = '# Generated from common/src/event-owners.ts by `npm run docs`; do not edit.\n';
  return note + brokerUsersConfig(eventBus, (user) => `$${passwordVariable(user)}`);
}

/** The variable of the broker's pod that has the password of a user. */
export const passwordVariable = (user: BrokerUser) => `NATS_PASSWORD_${user.toUpperCase()}`;

export type BrokerPasswords = Record<BrokerUser, string>;

/** New passwords. Each starts with a letter: the broker would read one such as 1e5 as a number. */
export function newBrokerPasswords(): BrokerPasswords {
  const entries = brokerUsers.map((user) => [user, `p${randomBytes(24).toString('hex')}`]);
  return Object.fromEntries(entries) as BrokerPasswords;
}

/** The broker's address for one of its users. */
export function brokerUrlFor(url: string, user: BrokerUser, passwords: BrokerPasswords): string {
  return url.replace('nats://', `nats://${user}:${passwords[user]}@`);
}
