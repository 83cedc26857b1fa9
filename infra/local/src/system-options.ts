import type { ServiceName } from './build.ts';

export type ProgramName = ServiceName | 'client' | 'emulator' | 'router';

/** One connection that a program opens: `from` and `to` are process names, `url` is the address it would use. */
export type Link = { from: string; to: string; url: string };

export type EventBusName = 'nats-streaming' | 'jetstream';

export type SystemOptions = {
  /** Where state, keys and logs live; created when absent. Two systems at a time need two folders. */
  folder: string;
  /** The public port; a free one by default. */
  port?: number;
  /** Variables to add or replace: under a program's name for all its replicas, under 'all' for every Node program. */
  env?: Partial<Record<ProgramName | 'all', Record<string, string>>>;
  /** Replicas of a service (default 1). With 2 they are named `orders-1` and `orders-2`; a single one is `orders`. */
  replicas?: Partial<Record<ServiceName, number>>;
  /** The folder of other programs that a replica, such as `orders-2`, runs: built ones of another version. */
  folderOf?: (replica: string) => string | undefined;
  /** Start the web client (default true). Without it the router answers 503 on its pages. */
  client?: boolean;
  /** Real keys instead of the emulator. */
  stripe?: { secretKey: string; publishableKey?: string; webhookSecret: string };
  /** Run the sources and restart on change (`npm run dev`) instead of building. */
  watch?: boolean;
  /** Services whose Node inspector listens, on the ports of `inspectorPort`. Only for one replica each. */
  inspect?: readonly ServiceName[];
  /** Called once for every connection to a store, the broker or the emulator; the program uses the returned address. */
  wrapUrl?: (link: Link) => string | Promise<string>;
  /** NODE_ENV of the services (default production). Fault tests use test, because production refuses CRASH_AT. */
  nodeEnv?: 'production' | 'test';
  /** `off`: no limits on requests, and NODE_ENV=test for the services, because production refuses that. */
  limits?: 'on' | 'off';
  /** One mongod for all databases (default: one for each service). It cannot be killed or held for one service. */
  sharedMongod?: boolean;
  /** The executable of a Prometheus to run beside the shop. */
  prometheus?: string;
  /** The broker (default NATS Streaming). Each keeps its own data. */
  eventBus?: EventBusName;
  /**
   * Runs when everything but the router is ready; the public port opens when it resolves. `url` is a private address of
   * the whole shop, which works until then. `startSystem` rejects when it rejects.
   */
  beforeOpening?: (url: string) => Promise<void>;
  /** Called with each message for the operator, such as 'orders ended (SIGKILL); starting it again'. */
  report?: (line: string) => void;
  /** Called with the name and the duration of each finished step of the start. */
  step?: (name: string, ms: number) => void;
};
