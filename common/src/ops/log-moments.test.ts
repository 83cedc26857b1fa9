import { newId } from '../store/mongo.ts';
import { factsOfLogs } from './log-moments.ts';

const orderId = newId();
const ids = { orders: [orderId], tickets: [], users: [], intents: [] };
const time = '2026-11-28T12:00:00.000Z';
const line = (fields: object) =>
  JSON.stringify({ level: 30, time, name: 'orders', msg: 'done', orderId, ...fields });
const momentsOf = (...lines: string[]) => factsOfLogs(lines, ids).moments;

describe('factsOfLogs', () => {
  it('leaves out other ids, debug lines, and what is not a line of a log', () => {
    expect(
      momentsOf(line({ orderId: newId() }), line({ level: 20 }), `{"${orderId}`, `"${orderId}"`),
    ).toEqual([]);
  });

  it.each([
    [
      'a request',
      { msg: 'request', method: 'GET', route: '/api/orders/:id', status: 200, ms: 3.1, userId: 'u1' },
      { kind: 'log', what: 'GET /api/orders/:id answered 200 after 3.1 ms', by: 'user u1' },
    ],
    [
      'a change, which is the same as its event',
      { msg: 'changed', aggregate: 'order', version: 2, status: 'complete' },
      { kind: 'order', id: orderId, version: 2, what: 'order complete' },
    ],
    [
      'a change of status',
      { msg: 'payment changed', from: 'authorized', to: 'capturing' },
      { kind: 'log', what: 'payment changed: authorized → capturing' },
    ],
    [
      'a warning with an error',
      { level: 40, msg: 'event not handled', err: { message: 'timeout' } },
      { kind: 'log', what: 'warning: event not handled: timeout' },
    ],
  ])('describes %s', (_, fields, expected) => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

    expect(momentsOf(line({ ...fields, traceId }))).toEqual([
      { at: time, service: 'orders', orderId, traceId, ...expected },
    ]);
  });
});
