import type { BrokerPasswords } from './broker-users.ts';
import type { Keys } from './keys.ts';
import type { ServerName } from './servers/server.ts';
import type { EventBusName, SystemOptions } from './system-options.ts';

/** The options of a system with everything that startSystem has decided. */
export type Plan = SystemOptions & {
  root: string;
  port: number;
  /** The executables of the stores and the broker. */
  paths: Record<ServerName, string>;
  keys: Keys;
  eventBus: EventBusName;
  brokerPasswords: BrokerPasswords;
};

export type Env = Record<string, string>;

export const CLUSTER_ID = 'ticketing';

/** The process name of the broker for each event bus. */
export const brokerNames = { 'nats-streaming': 'nats-streaming', jetstream: 'nats' } as const;
