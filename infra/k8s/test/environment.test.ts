import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import * as auth from '../../../auth/src/config.ts';
import * as expiration from '../../../expiration/src/config.ts';
import * as orders from '../../../orders/src/config.ts';
import * as payments from '../../../payments/src/config.ts';
import * as tickets from '../../../tickets/src/config.ts';
import * as emulator from '../../stripe/src/config.ts';
import { environmentOf } from './environment.ts';
import { overlays } from './kustomize.ts';
import type { Manifest } from './manifest.ts';
import { ofKind, workloads } from './manifest.ts';
import { describeRendered, renderOne } from './rendered.ts';

const services = { auth, tickets, orders, payments, expiration };
const names = Object.keys(services) as (keyof typeof services)[];

/** Variables that Node or Next read, or that only build another variable. */
const ignoredVariables = [
  'NODE_OPTIONS',
  'POD_NAME',
  'NATS_PASSWORD',
  'NODE_ENV',
  'KEEP_ALIVE_TIMEOUT',
  'NEXT_TELEMETRY_DISABLED',
  'HOSTNAME',
  'PORT',
];

/** Variables of a pod that its program does not read, and required ones that the pod does not have. */
function mismatch(shape: z.ZodRawShape, given: Record<string, string>): string[] {
  const known = Object.keys(shape);
  const required = (z.object(shape).safeParse({}).error?.issues ?? []).map(({ path }) => String(path[0]));
  const bare = Object.keys(given).map((name) => name.replace(/_FILE$/, ''));
  return [
    ...bare
      .filter((name) => !known.includes(name) && !ignoredVariables.includes(name))
      .map((name) => `${name} is not read`),
    ...required.filter((name) => !bare.includes(name)).map((name) => `${name} is missing`),
  ];
}

describeRendered('the environment of each pod', () => {
  const dev = renderOne('overlays/dev');
  const folder = mkdtempSync(join(tmpdir(), 'environment-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Writes the private key to a file, as the pod of auth has it. */
  function withKeyFile(env: Record<string, string>): Record<string, string> {
    if (!env['JWT_PRIVATE_KEY_FILE']) return env;
    const key = ofKind(dev, 'Secret').find(({ metadata }) => metadata.name === 'session-private-key')?.data;
    const file = join(folder, 'private.pem');
    writeFileSync(file, Buffer.from(key?.['private.pem'] ?? '', 'base64'));
    return { ...env, JWT_PRIVATE_KEY_FILE: file };
  }

  /** In the Secret of the service. Starts with a letter, because the broker would read one such as 1e5 as a number. */
  function passwordOf(name: string): string {
    const secret = ofKind(dev, 'Secret').find(({ metadata }) => metadata.name === `nats-${name}`)?.data;
    const password = Buffer.from(secret?.['password'] ?? '', 'base64').toString();
    expect(password).toMatch(/^[a-z][0-9a-f]{40,}$/);
    return password;
  }

  it('gives no two users of the broker the same password', () => {
    const passwords = ['operator', ...names].map(passwordOf);
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  it.each(names)('%s reads all variables of its pod, and its pod has all that it requires', (name) => {
    for (const overlay of overlays) {
      const given = environmentKeys(renderOne(`overlays/${overlay}`), name);
      expect(mismatch(services[name].environment, given)).toEqual([]);
    }
  });

  it.each(names)('%s starts with its environment in the overlay dev', (name) => {
    const config = services[name].readConfig(withKeyFile(environmentOf(dev, name)));
    expect(config).toMatchObject({ host: '0.0.0.0', port: 3000 });
    expect(config.nats).toMatchObject({
      clientId: `${name}-${name}-depl-5c9d7b8f-x2x4z`,
      clusterId: 'ticketing',
    });
    expect(config.nats.url).toBe(`nats://${name}:${passwordOf(name)}@nats-srv:4222`);
  });

  it.each(names)('%s uses JetStream with the component jetstream', (name) => {
    const manifests = renderOne('overlays/dev', 'jetstream');
    const { nats } = services[name].readConfig(withKeyFile(environmentOf(manifests, name)));
    expect(nats.eventBus).toBe('jetstream');
    expect(nats.url).toBe(`nats://${name}:${passwordOf(name)}@jetstream-srv:4222`);
  });

  it('connects each service to its own database, and expiration to its Redis', () => {
    for (const name of ['auth', 'tickets', 'orders', 'payments'] as const) {
      const { mongoUri } = services[name].readConfig(withKeyFile(environmentOf(dev, name)));
      expect(mongoUri).toMatch(new RegExp(`@${name}-mongo-srv:27017/${name}\\?`));
    }
    expect(expiration.readConfig(environmentOf(dev, 'expiration')).redisUrl).toMatch(
      /@expiration-redis-srv:6379$/,
    );
  });

  it('mounts the private key at the path that auth reads', () => {
    const { spec, container } = workloads(dev).find(({ app }) => app === 'auth') ?? {};
    const volume = spec?.volumes?.find(({ secret }) => secret?.secretName === 'session-private-key');
    const mount = container?.volumeMounts?.find(({ name }) => name === volume?.name);
    expect(environmentOf(dev, 'auth')['JWT_PRIVATE_KEY_FILE']).toBe(`${mount?.mountPath}/private.pem`);
  });

  it('connects the emulator and payments to each other', () => {
    const { PUBLIC_ORIGIN, ...config } = emulator.readConfig(environmentOf(dev, 'stripe-emulator'));
    expect(PUBLIC_ORIGIN).toBe('http://localhost:8080');
    expect(config).toMatchObject({
      HOST: '0.0.0.0',
      WEBHOOK_URL: 'http://payments-srv:3000/api/payments/webhook',
    });
    expect(payments.readConfig(environmentOf(dev, 'payments')).stripe).toMatchObject({
      key: config.STRIPE_KEY,
      apiBase: 'http://stripe-emulator-srv:3000',
    });
  });

  it('gives the client the URLs of the services', () => {
    // The schema of the client is not importable outside Next; its names are.
    const source = readFileSync(join(import.meta.dirname, '../../../client/src/server/config.ts'), 'utf8');
    const read = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name ?? '');
    expect(read).toContain('AUTH_URL');
    const env = environmentOf(dev, 'client');
    expect(
      Object.keys(env)
        .filter((name) => !ignoredVariables.includes(name))
        .sort(),
    ).toEqual(read.sort());
    const services = ofKind(dev, 'Service').map(({ metadata }) => metadata.name);
    for (const name of read.filter((variable) => variable.endsWith('_URL'))) {
      const { hostname, port } = new URL(env[name] ?? '');
      expect([services.includes(hostname), port]).toEqual([true, '3000']);
    }
  });

  it('fails this test when a variable is missing, misspelled or rejected', () => {
    const { MONGO_URI, ...rest } = environmentOf(dev, 'tickets');
    expect(mismatch(tickets.environment, { ...rest, MONGO_URL: MONGO_URI ?? '' })).toEqual([
      'MONGO_URL is not read',
      'MONGO_URI is missing',
    ]);
    expect(() => tickets.readConfig(rest)).toThrow('MONGO_URI');
    const { ALLOW_TEST_PAYMENTS, ...withoutPermission } = environmentOf(dev, 'payments');
    expect(ALLOW_TEST_PAYMENTS).toBe('true');
    expect(() => payments.readConfig(withoutPermission)).toThrow('the emulator is refused in production');
  });
});

/** Only the names: the Secrets of staging and production are not in the repository. */
function environmentKeys(manifests: Manifest[], app: string): Record<string, string> {
  const container = workloads(manifests).find((workload) => workload.app === app)?.container;
  return Object.fromEntries((container?.env ?? []).map(({ name }) => [name, '']));
}
