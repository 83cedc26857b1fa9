import { createOutbox, newId, observeRevocations } from '@ticketing/common';
import {
  inMemoryEventBus,
  silentLog,
  testKeys,
  testPublicKeys,
  useTestDatabase,
} from '@ticketing/common/testing';
import type { InMemoryEventBus } from '@ticketing/common/testing';
import { createPrivateKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import request from 'supertest';
import { createApp } from '../src/app.ts';
import { db } from '../src/db.ts';
import { passwordGate } from '../src/gate.ts';
import type { PasswordGate } from '../src/gate.ts';
import { hashPassword } from '../src/hasher.ts';
import { addUser } from '../src/models/user.ts';
import { User } from '../src/models/user.ts';

export const signingKey = {
  kid: testPublicKeys[0]?.kid ?? '',
  key: createPrivateKey(testKeys.privateKey),
};

type Service = { app: ReturnType<typeof createApp>; bus: InMemoryEventBus };

/** The real service on a database of its own, with a bus that stays in this process. */
export function useService(
  options: { cookieSecure?: boolean; trustProxy?: number; gate?: PasswordGate } = {},
) {
  const { cookieSecure = false, trustProxy = 0, gate = passwordGate() } = options;
  const service = {} as Service;
  let close: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const drop = await useTestDatabase(db);
    const bus = inMemoryEventBus();
    const outbox = createOutbox({
      model: User,
      kind: 'user',
      source: 'auth',
      bus,
      log: silentLog,
      crash: () => undefined,
    });
    const app = createApp({
      config: {
        trustProxy,
        cookieSecure,
        publicOrigins: ['https://tickets.example'],
        publicKeys: testPublicKeys,
        signingKey,
      },
      log: silentLog,
      outbox,
      revocations: observeRevocations(bus),
      gate,
    });
    Object.assign(service, { app, bus });
    close = [() => outbox.close(), drop];
  });
  beforeEach(() => {
    service.bus.published.splice(0);
  });
  afterAll(async () => {
    for (const step of close) await step();
  });
  return service;
}

export const password = 'a plum tree in May';

/** Somebody who has signed up. */
export async function aRegisteredUser(email = `${newId()}@example.com`): Promise<User> {
  return addUser(email, await hashPassword(password));
}

export type Claims = { sub: string; email: string; sid: string; sv: number; iat: number; exp: number };

/** The Cookie header that a browser would send after this answer, or undefined when it was given none. */
export function cookieOf(response: request.Response): string | undefined {
  return ([] as string[]).concat(response.headers['set-cookie'] ?? [])[0]?.split(';')[0];
}

/** What the answer's cookie says. */
export function claimsOf(response: request.Response): Claims {
  const value = cookieOf(response)?.replace('session=', '') ?? '';
  const { jwt: token } = JSON.parse(Buffer.from(value, 'base64').toString()) as { jwt: string };
  return jwt.verify(token, testKeys.publicKey, { algorithms: ['RS256'] }) as unknown as Claims;
}

export { request };
