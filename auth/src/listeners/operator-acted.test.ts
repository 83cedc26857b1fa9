import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { aUser, recordingLog, sessionCookie } from '@ticketing/common/testing';
import { request, useService } from '../../test/service.ts';
import { verifyChain } from '../audit-chain.ts';
import { auditEntries, readChain } from '../models/audit-entry.ts';

const { log, security } = recordingLog();
const service = useService({ log });
const operator = sessionCookie(aUser({ role: 'operator' }));

const anAction = (overrides: Partial<EventData<'operator:acted'>> = {}): EventData<'operator:acted'> => ({
  id: newId(),
  at: new Date().toISOString(),
  operatorId: newId(),
  action: 'listing_taken_down',
  target: newId(),
  reason: 'a forged ticket',
  ...overrides,
});
const deliver = (action: EventData<'operator:acted'>) => service.bus.deliver('operator:acted', action);
const list = (query = '') => request(service.app).get(`/api/users/admin/audit${query}`);

beforeEach(() => auditEntries.deleteMany({}));

describe('operator:acted', () => {
  it('appends one entry for an action, however often and however concurrently it arrives', async () => {
    const actions = Array.from({ length: 12 }, () => anAction());

    const twice = [...actions, ...actions];
    expect(await Promise.all(twice.map(deliver))).toEqual(twice.map(() => 'ack'));
    expect(await deliver(actions[0]!)).toBe('ack');

    const entries = await auditEntries.find().sort({ sequence: 1 }).toArray();
    expect(entries.map(({ sequence }) => sequence)).toEqual(actions.map((_, i) => i + 1));
    expect(entries.map(({ _id }) => _id).sort()).toEqual(actions.map(({ id }) => id).sort());
    expect(await verifyChain(readChain())).toEqual({ head: { sequence: 12, hash: entries.at(-1)?.hash } });
  });

  it('writes the place and the hash of each entry to the security log', async () => {
    await deliver(anAction());

    const entry = await auditEntries.findOne({ sequence: 1 });
    expect(security('audit_entry').at(-1)).toMatchObject({
      sequence: 1,
      hash: entry?.hash,
      action: 'listing_taken_down',
    });
  });
});

describe('GET /api/users/admin/audit', () => {
  it('lists the newest entries first, by pages, or only those of one target', async () => {
    const target = newId();
    for (const on of [newId(), target, target]) await deliver(anAction({ target: on }));

    const first = await list('?limit=2').set('Cookie', operator).expect(200);
    expect(first.body.map(({ sequence }: { sequence: number }) => sequence)).toEqual([3, 2]);
    expect(first.headers).toMatchObject({
      'x-total-count': '3',
      link: expect.stringContaining('rel="next"'),
    });
    expect(first.body[0]).toMatchObject({ source: 'auth', target, reason: 'a forged ticket' });
    const next = /<([^>]*)>/.exec(String(first.headers['link']))?.[1] ?? '';
    const second = await request(service.app).get(next).set('Cookie', operator).expect(200);
    expect(second.body.map(({ sequence }: { sequence: number }) => sequence)).toEqual([1]);

    const ofTarget = await list(`?target=${target}`).set('Cookie', operator).expect(200);
    expect(ofTarget.body).toHaveLength(2);
    await list('?target=x').set('Cookie', operator).expect(400);
  });

  it('returns 401 without a session and 403 operator_required to a user', async () => {
    expect((await list().expect(401)).body.errors[0].code).toBe('not_signed_in');
    const { body } = await list().set('Cookie', sessionCookie(aUser())).expect(403);
    expect(body.errors[0].code).toBe('operator_required');
    expect(security('refused').at(-1)).toMatchObject({ status: 403, code: 'operator_required' });
  });
});
