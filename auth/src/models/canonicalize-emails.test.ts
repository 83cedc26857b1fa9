import type { Logger } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { silentLog } from '@ticketing/common/testing';
import { password, request, useService } from '../../test/service.ts';
import { hashPassword } from '../hasher.ts';
import { canonicalizeEmails } from './canonicalize-emails.ts';
import { failures } from './failures.ts';
import { users } from './user.ts';

const service = useService();

/** An account as the version before the canonical form stored it. */
async function anOldAccount(email: string, createdAt: string, withPassword = password) {
  const _id = newId();
  const passwordHash = await hashPassword(withPassword);
  const rest = { version: 0, sessionVersion: 0, outbox: [], createdAt: new Date(createdAt) };
  await users.insertOne({ _id, email, passwordHash, ...rest });
  return _id;
}

async function signIn(email: string, withPassword = password) {
  const { body } = await request(service.app)
    .post('/api/users/signin')
    .send({ email, password: withPassword });
  return (body as { id?: string }).id;
}

function recordingLog() {
  const errors: unknown[] = [];
  const log = { error: (fields: unknown) => errors.push(fields) } as unknown as Logger;
  return { log, errors };
}

describe('canonicalizeEmails', () => {
  it('lets stored accounts sign in by every spelling of their address', async () => {
    const id = await anOldAccount('ju\u0308rgen@bücher.example', '2026-01-01');

    await canonicalizeEmails(silentLog);
    await canonicalizeEmails(silentLog);

    expect(await users.findOne({ _id: id })).toMatchObject({ emailKey: 'jürgen@xn--bcher-kva.example' });
    expect(await signIn('jürgen@xn--bcher-kva.example')).toBe(id);
    expect(await signIn('Ju\u0308rgen@bücher.example')).toBe(id);
  });

  it('gives a shared address to the older account, lets both sign in, and logs an error', async () => {
    const newer = await anOldAccount('u@xn--zrich-kva.example', '2026-02-01', 'the newer plum tree');
    const older = await anOldAccount('u@zürich.example', '2026-01-01');

    for (let start = 0; start < 2; start++) {
      const { log, errors } = recordingLog();
      await canonicalizeEmails(log);
      expect(errors).toEqual([{ userId: newer, otherUserId: older }]);
    }

    expect(await signIn('u@xn--zrich-kva.example')).toBe(older);
    expect(await signIn('u@xn--zrich-kva.example', 'the newer plum tree')).toBe(newer);
    expect(await signIn('u@zürich.example', 'the newer plum tree')).toBe(newer);
    await request(service.app)
      .post('/api/users/signup')
      .send({ email: 'U@zürich.example', password })
      .expect(400);
  });

  it('prefers the exact spelling when two accounts have the same address and the same password', async () => {
    const older = await anOldAccount('w@cafe\u0301.example', '2026-01-01');
    const newer = await anOldAccount('w@café.example', '2026-02-01');

    await canonicalizeEmails(silentLog);

    expect(await signIn('w@cafe\u0301.example')).toBe(older);
    expect(await signIn('w@café.example')).toBe(newer);
  });

  it('adds failed sign-ins of another spelling to those of the canonical address, once', async () => {
    const times = [1, 2, 3].map((minute) => new Date(Date.now() - minute * 60_000));
    const [first, second, third] = times as [Date, Date, Date];
    const expiresAt = new Date(Date.now() + 60_000);
    await failures.insertMany([
      { _id: 'email:x@bücher.example', at: [first, second], expiresAt },
      { _id: 'email:x@xn--bcher-kva.example', at: [second, third], expiresAt: new Date() },
    ]);

    await canonicalizeEmails(silentLog);
    await canonicalizeEmails(silentLog);

    expect(await failures.findOne({ _id: 'email:x@bücher.example' })).toBeNull();
    const merged = await failures.findOne({ _id: 'email:x@xn--bcher-kva.example' });
    expect(merged?.at.map(Number).sort()).toEqual(times.map(Number).sort());
    expect(merged?.expiresAt).toEqual(expiresAt);
  });
});
