import { createPrivateKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import request from 'supertest';
import type { Limit, Logger, Revocations } from '@ticketing/common';
import { createOutbox, newId, observeRevocations, requestLimits, sessionReader } from '@ticketing/common';
import type { InMemoryEventBus } from '@ticketing/common/testing';
import {
  eventually,
  inMemoryEventBus,
  silentLog,
  testContext,
  testKeys,
  testPublicKeys,
  useTestDatabase,
} from '@ticketing/common/testing';
import { createApp } from '../src/app.ts';
import { db } from '../src/db.ts';
import { createDevices } from '../src/devices.ts';
import type { HashQueues } from '../src/hash-queues.ts';
import { hashPassword } from '../src/hasher.ts';
import { limits } from '../src/limits.ts';
import { subscribe } from '../src/listeners/index.ts';
import { respondToResyncs } from '../src/listeners/resync-requested.ts';
import { networkIds } from '../src/lockout.ts';
import { EndedSession } from '../src/models/ended-session.ts';
import { addUser, User } from '../src/models/user.ts';
import { passwordChecker } from '../src/password-checker.ts';
import { emailHashes } from '../src/security-log.ts';
import { createSessions } from '../src/sessions.ts';

export const signingKey = {
  kid: testPublicKeys[0]?.kid ?? '',
  key: createPrivateKey(testKeys.privateKey),
};

const networkId = networkIds(signingKey.key);

type Service = { app: ReturnType<typeof createApp>; bus: InMemoryEventBus; revocations: Revocations };

/** The service without its process and its broker, on a database of its own. */
export function useService(
  options: {
    cookieSecure?: boolean;
    trustProxy?: number;
    queues?: HashQueues;
    log?: Logger;
    signUps?: Limit;
  } = {},
) {
  const { cookieSecure = false, trustProxy = 0, queues, log = silentLog, signUps } = options;
  const service = {} as Service;
  let close: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const removeDatabase = await useTestDatabase(db);
    const bus = inMemoryEventBus();
    const from = testContext('auth', { bus, db });
    const outbox = createOutbox({ model: User, kind: 'user', ...from });
    const sessionOutbox = createOutbox({ model: EndedSession, kind: 'session', ...from });
    const revocations = observeRevocations(bus);
    const readSession = sessionReader(testPublicKeys, revocations, cookieSecure);
    const devices = createDevices(signingKey.key, cookieSecure);
    const app = createApp({
      config: {
        trustProxy,
        cookieSecure,
        maxSellerRefunds: 3,
        rates: { signUps: signUps ?? limits.signUps },
        publicOrigins: ['https://tickets.example'],
      },
      limiter: requestLimits({ isOn: true }),
      context: { ...from, log },
      sessions: createSessions({ signingKey, outbox, sessionOutbox, revocations, readSession, devices }),
      readSession,
      checker: passwordChecker({ networkId, devices }, queues),
      devices,
      networkId,
      hashEmail: emailHashes(undefined, signingKey.key),
    });
    subscribe(bus, { outbox, log, maxSellerRefunds: 3 });
    const republishers = respondToResyncs(from);
    Object.assign(service, { app, bus, revocations });
    close = [() => republishers.close(), () => outbox.close(), () => sessionOutbox.close(), removeDatabase];
  });
  beforeEach(async () => {
    // Otherwise the events of the test before may come during this one: the sweep publishes some a second later.
    for (const { collection } of [User, EndedSession])
      await eventually(
        async () => (await collection.countDocuments({ 'outbox.t': { $exists: true } })) === 0,
      );
    service.bus.published.splice(0);
  });
  afterAll(async () => {
    for (const step of close) await step();
  });
  return service;
}

export const password = 'a plum tree in May';

/** A user in the database, with the password `password`. */
export async function aRegisteredUser(email = `${newId()}@example.com`): Promise<User> {
  const user = await addUser(email, await hashPassword(password));
  if (!user) throw new Error(`${email} has an account`);
  return user;
}

export type Claims = { sub: string; sid: string; sv: number; iat: number; exp: number };

/** The Cookie header that a browser sends after this response, or undefined when the response sets none. */
export function cookieOf(response: request.Response): string | undefined {
  return ([] as string[]).concat(response.headers['set-cookie'] ?? [])[0]?.split(';')[0];
}

/** The cookie pair by which the device is known, or undefined when the response sets none. */
export function deviceCookieOf(response: request.Response): string | undefined {
  const all = ([] as string[]).concat(response.headers['set-cookie'] ?? []);
  return all.find((set) => set.includes('device='))?.split(';')[0];
}

/** The claims of the token in the response's cookie. */
export function claimsOf(response: request.Response): Claims {
  const value = cookieOf(response)?.replace(/^[^=]*=/, '') ?? '';
  const { jwt: token } = JSON.parse(Buffer.from(value, 'base64').toString()) as { jwt: string };
  return jwt.verify(token, testKeys.publicKey, { algorithms: ['RS256'] }) as unknown as Claims;
}

export { request };
