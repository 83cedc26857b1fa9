import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aTicket, useService } from '../../../test/fixtures.ts';
import { limits } from '../../limits.ts';
import { Report } from '../../models/report.ts';

const { app, bus } = useService({ rates: { ...limits, reports: { network: 20, all: 100, seconds: 3_600 } } });
const operator = aUser({ role: 'operator' });

const report = (ticketId: string, body: object = { reason: 'forged' }) =>
  request(app).post(`/api/tickets/${ticketId}/reports`).send(body);
const list = (query = '') =>
  request(app).get(`/api/tickets/admin/reports${query}`).set('Cookie', sessionCookie(operator));

beforeEach(() => Report.deleteMany({}));

describe('POST /api/tickets/:id/reports', () => {
  it('stores what is wrong with the listing, of a guest and of a user', async () => {
    const ticket = await aTicket();
    const user = aUser();

    await report(ticket._id, { reason: 'other', text: 'Seen elsewhere\ntoo' }).expect(201);
    await report(ticket._id).set('Cookie', sessionCookie(user)).expect(201);

    const { body } = await list().expect(200);
    const about = { ticketId: ticket._id, sellerId: ticket.userId, status: 'open' };
    expect(body).toMatchObject([
      { ...about, reason: 'other', text: 'Seen elsewhere\ntoo' },
      { ...about, reason: 'forged', reporterId: user.id },
    ]);
    expect(body[0]).not.toHaveProperty('reporterId');
  });

  it('returns 200 with the open report to a reporter who reports the same listing again', async () => {
    const [ticket, other, user] = [await aTicket(), await aTicket(), aUser()];
    const { body: first } = await report(ticket._id).expect(201);

    const again = await report(ticket._id, { reason: 'price' }).expect(200);
    await Promise.all([1, 2, 3].map(() => report(other._id).set('Cookie', sessionCookie(user))));
    await report(other._id).expect(201);

    expect(again.body).toEqual(first);
    const { body } = await list().expect(200);
    expect(body).toHaveLength(3);
    expect(JSON.stringify(body)).not.toContain('reporterKey');
    await Report.updateMany({}, { status: 'resolved' });
    await report(ticket._id).expect(201);
  });

  it('returns 404 for an unknown ticket and 400 for another reason or a long text', async () => {
    const { _id } = await aTicket();

    await report(newId()).expect(404);
    await report(_id, { reason: 'envy' }).expect(400);
    await report(_id, { reason: 'other', text: 'a'.repeat(2_001) }).expect(400);
  });
});

describe('POST /api/tickets/admin/reports/:id/resolve', () => {
  it('resolves a report once, with an entry for the audit log', async () => {
    const ticket = await aTicket();
    const { body: reported } = await report(ticket._id).expect(201);
    const resolve = () =>
      request(app)
        .post(`/api/tickets/admin/reports/${reported.id}/resolve`)
        .set('Cookie', sessionCookie(operator))
        .send({ reason: 'the seller proved it' });

    expect((await resolve().expect(200)).body).toMatchObject({
      id: reported.id,
      status: 'resolved',
      resolution: 'the seller proved it',
    });

    expect((await resolve().expect(409)).body.errors[0].code).toBe('already_resolved');
    expect((await list('?status=open').expect(200)).body).toEqual([]);
    expect((await list(`?ticketId=${ticket._id}`).expect(200)).body).toHaveLength(1);
    await eventually(() => bus.published.some(({ name }) => name === 'operator:acted'));
    expect(bus.published.find(({ name }) => name === 'operator:acted')?.data).toMatchObject({
      action: 'report_resolved',
      target: reported.id,
      operatorId: operator.id,
    });
  });

  it('is for operators, as the list is', async () => {
    const cookie = sessionCookie(aUser());

    await request(app).get('/api/tickets/admin/reports').set('Cookie', cookie).expect(403);
    await request(app)
      .post(`/api/tickets/admin/reports/${newId()}/resolve`)
      .set('Cookie', cookie)
      .send({ reason: 'mine' })
      .expect(403);
  });
});
