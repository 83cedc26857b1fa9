import type { ServiceName } from './build.ts';
import { services } from './build.ts';
import type { EventBusName } from './system-options.ts';

export const usage = `Usage: npm start [-- options]

Starts the whole shop on this machine and keeps it running until Ctrl-C.

  --fresh   start with empty data
  --watch   run the sources and restart on changes, as npm run dev does
  --observe start a Prometheus with the dashboards and alerts beside the shop
  --help    print this text

Variables:
  PORT                  the port of the shop (default 3000, or the next free one)
  RESERVATION_SECONDS   how long a buyer may take to pay (default 900)
  HEADERS_SECONDS, BODY_SECONDS
                        how long a request may take to arrive (default 5 and 10)
  MAX_CONNECTIONS       how many connections one client may hold (default 256)
  MAX_RESERVATIONS, RESERVATION_COOLDOWN_SECONDS
                        live reservations a buyer (default 6), and how long a buyer waits before reserving the
                        same ticket again (default RESERVATION_SECONDS)
  LIMITS                on (default), or off: no limits on requests and connections, for load tests
  LIMIT_…               one limit, such as LIMIT_LISTINGS="account=200 network=10000 seconds=3600"
  SEED=0                create no demo data
  EVENT_BUS             nats-streaming (default) or jetstream
  INSPECT               services whose Node inspector opens, such as orders,payments
  LOG_LEVEL             the level of the services' logs
  OTEL_EXPORTER_OTLP_ENDPOINT
                        where traces are sent, such as http://127.0.0.1:4318
  STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_PUBLISHABLE_KEY
                        the keys of a Stripe account instead of the built-in emulator

More: infra/local/README.md`;

export type Settings = {
  port: number | undefined;
  fresh: boolean;
  watch: boolean;
  observe: boolean;
  seed: boolean;
  eventBus: EventBusName;
  limits: 'on' | 'off';
  inspect: ServiceName[];
  stripe: { secretKey: string; webhookSecret: string; publishableKey?: string } | undefined;
};

/** The options and variables of `npm start`. Throws one error that names every invalid one. */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const number = (name: string, max: number, min = 1) => {
    const text = env[name];
    if (!text) return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    problems.push(`${name}: must be a whole number from ${min} to ${max}, not ${text}`);
    return undefined;
  };
  const port = number('PORT', 65_535);
  number('RESERVATION_SECONDS', 86_400);
  number('HEADERS_SECONDS', 3_600);
  number('BODY_SECONDS', 3_600);
  number('MAX_CONNECTIONS', 1_000_000);
  number('MAX_RESERVATIONS', 1_000);
  number('RESERVATION_COOLDOWN_SECONDS', 86_400, 0);
  const {
    STRIPE_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_PUBLISHABLE_KEY: publishableKey,
  } = env;
  if (secretKey && !webhookSecret) problems.push('STRIPE_WEBHOOK_SECRET: is missing; STRIPE_KEY needs it');
  if (webhookSecret && !secretKey) problems.push('STRIPE_KEY: is missing; STRIPE_WEBHOOK_SECRET needs it');
  const eventBus = env.EVENT_BUS || 'nats-streaming';
  if (!isEventBus(eventBus)) problems.push(`EVENT_BUS: must be nats-streaming or jetstream, not ${eventBus}`);
  const limits = env.LIMITS || 'on';
  if (!isSwitch(limits)) problems.push(`LIMITS: must be on or off, not ${limits}`);
  const inspect = readServiceList('INSPECT', env, problems);
  const { fresh, watch, observe } = readFlags(args, problems);
  if (problems.length > 0 || !isEventBus(eventBus) || !isSwitch(limits))
    throw new Error(`Invalid configuration:\n  ${problems.join('\n  ')}`);
  const stripe =
    secretKey && webhookSecret
      ? { secretKey, webhookSecret, ...(publishableKey ? { publishableKey } : {}) }
      : undefined;
  return {
    port,
    fresh,
    watch,
    observe,
    stripe,
    eventBus,
    limits,
    inspect,
    seed: env.SEED !== '0' && !stripe,
  };
}

function readServiceList(name: string, env: NodeJS.ProcessEnv, problems: string[]): ServiceName[] {
  const listed = (env[name] ?? '').split(',').filter(Boolean);
  const unknown = listed.filter((each) => !services.some((service) => service === each));
  if (unknown.length > 0)
    problems.push(`${name}: must be names of services (${services.join(', ')}), not ${unknown.join(', ')}`);
  return services.filter((service) => listed.includes(service));
}

function isSwitch(text: string): text is 'on' | 'off' {
  return text === 'on' || text === 'off';
}

function isEventBus(name: string): name is EventBusName {
  return name === 'nats-streaming' || name === 'jetstream';
}

function readFlags(args: string[], problems: string[]) {
  const flags = ['--fresh', '--watch', '--observe'];
  const unknown = args.filter((arg) => !flags.includes(arg));
  if (unknown.length > 0) {
    problems.push(`Unknown option: ${unknown.join(' ')} (options: ${flags.join(', ')}, --help)`);
  }
  const [fresh = false, watch = false, observe = false] = flags.map((flag) => args.includes(flag));
  return { fresh, watch, observe };
}
