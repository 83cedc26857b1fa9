import { parseArgs } from 'node:util';
import { services } from './build.ts';
import type { ServiceName } from './build.ts';
import type { EventBusName } from './system-options.ts';

export type Settings = {
  port: number | undefined;
  fresh: boolean;
  watch: boolean;
  seed: boolean;
  eventBus: EventBusName;
  inspect: ServiceName[];
  stripe: { secretKey: string; webhookSecret: string; publishableKey?: string } | undefined;
};

/** What `npm start` was asked for. Throws one message that names everything wrong with it. */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const wrong: string[] = [];
  const number = (name: string, most: number) => {
    const text = env[name];
    if (!text) return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    wrong.push(`${name}: must be a whole number from 1 to ${most}, not ${text}`);
    return undefined;
  };
  const port = number('PORT', 65_535);
  number('RESERVATION_SECONDS', 30 * 86_400);
  const {
    STRIPE_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_PUBLISHABLE_KEY: publishableKey,
  } = env;
  if (secretKey && !webhookSecret) wrong.push('STRIPE_WEBHOOK_SECRET: is missing (STRIPE_KEY is set)');
  if (webhookSecret && !secretKey) wrong.push('STRIPE_KEY: is missing (STRIPE_WEBHOOK_SECRET is set)');
  const eventBus = env.EVENT_BUS || 'nats-streaming';
  if (!isEventBus(eventBus)) wrong.push(`EVENT_BUS: must be nats-streaming or jetstream, not ${eventBus}`);
  const inspect = readServiceList('INSPECT', env, wrong);
  const { fresh, watch } = readFlags(args, wrong);
  if (wrong.length > 0 || !isEventBus(eventBus))
    throw new Error(`This cannot be started:\n  ${wrong.join('\n  ')}`);
  const stripe =
    secretKey && webhookSecret
      ? { secretKey, webhookSecret, ...(publishableKey ? { publishableKey } : {}) }
      : undefined;
  return { port, fresh, watch, stripe, eventBus, inspect, seed: env.SEED !== '0' && !stripe };
}

function readServiceList(name: string, env: NodeJS.ProcessEnv, wrong: string[]): ServiceName[] {
  const listed = (env[name] ?? '').split(',').filter(Boolean);
  const unknown = listed.filter((each) => !services.some((service) => service === each));
  if (unknown.length > 0)
    wrong.push(`${name}: must be names of services (${services.join(', ')}), not ${unknown.join(', ')}`);
  return services.filter((service) => listed.includes(service));
}

function isEventBus(name: string): name is EventBusName {
  return name === 'nats-streaming' || name === 'jetstream';
}

function readFlags(args: string[], wrong: string[]): { fresh: boolean; watch: boolean } {
  const options = {
    fresh: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    wrong.push(`${(error as Error).message} (known: --fresh, --watch)`);
    return { fresh: false, watch: false };
  }
}
