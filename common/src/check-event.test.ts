import {
  checkEvent,
  eventReader,
  InvalidEventError,
  readEvent,
  serializeEvent,
  UnknownValueError,
} from './check-event.ts';
import { cloudEvent, eventNames, events } from './events.ts';

const anId = '0123456789abcdef01234567';

const ended = () =>
  cloudEvent(
    'session:ended',
    { id: 'user:1:1', source: 'auth', subject: '1', time: new Date(0) },
    { userId: anId, sid: null, sessionVersion: 2 },
  );

const listed = () =>
  cloudEvent(
    'ticket:created',
    { id: 'ticket:1:0', source: 'tickets', subject: '1', time: new Date(0) },
    {
      id: anId,
      version: 0,
      status: 'available',
      title: 'Concert',
      amount: 2_000,
      currency: 'usd',
      userId: anId,
      orderId: null,
      reservationSeq: 0,
      createdAt: new Date(0).toISOString(),
      updatedAt: new Date(0).toISOString(),
    },
  );

const sellerRefund = { sellerId: anId, at: new Date(0).toISOString() };
const refunded = () =>
  cloudEvent(
    'payment:refunded',
    { id: 'payment:1:5', source: 'payments', subject: '1', time: new Date(0) },
    {
      id: anId,
      version: 5,
      orderId: anId,
      userId: anId,
      status: 'refunded',
      amount: 2_000,
      currency: 'usd',
      refundedAmount: 2_000,
      sellerRefund,
    },
  );

const withInner = (data: ReturnType<typeof refunded>['data']) => ({
  ...data,
  sellerRefund: { ...sellerRefund, secret: 'x' },
});

describe('checkEvent', () => {
  it('accepts an event after serialization', () => {
    const event = ended();

    expect(checkEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it('names every invalid field', () => {
    const event = { ...ended(), data: { userId: 7, sid: null, sessionVersion: -1 } };

    expect(() => checkEvent(event)).toThrow(InvalidEventError);
    expect(() => checkEvent(event)).toThrow(/userId[^]*sessionVersion|sessionVersion[^]*userId/);
  });

  it('rejects a field that the schema does not define, such as a secret', () => {
    const event = ended();

    expect(() => checkEvent({ ...event, data: { ...event.data, secret: 'x' } })).toThrow(/secret/);
  });

  it('rejects an event whose source does not own its type, and names the owner', () => {
    expect(() => checkEvent({ ...ended(), source: 'expiration' })).toThrow(InvalidEventError);
    expect(() => checkEvent({ ...ended(), source: 'expiration' })).toThrow(
      'session:ended is published by auth, not by expiration',
    );
  });

  it('rejects a malformed traceparent, which a reader ignores', () => {
    const event = { ...ended(), traceparent: 'nonsense' };

    expect(() => checkEvent(event)).toThrow(/traceparent/);
    expect(readEvent(event)).toEqual(event);
  });

  it.each(['auth', 'tickets', 'orders', 'payments', 'expiration'])(
    'accepts resync:requested from %s: every service may have lost events',
    (source) => {
      const data = { id: '1', subjects: ['order:created'], activeOnly: false };
      const request = cloudEvent('resync:requested', { id: 'resync:1', source, subject: '1' }, data);

      expect(checkEvent(request)).toEqual(request);
    },
  );

  it.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { ...ended(), specversion: '0.3' },
    { ...ended(), type: 'x:y' },
  ])('rejects %p', (value) => {
    expect(() => checkEvent(value)).toThrow(InvalidEventError);
  });

  it('rejects a field that the schema does not define in a nested object', () => {
    const event = listed();

    expect(() => checkEvent({ ...event, data: { ...event.data, status: 'lent' } })).toThrow(/status/);
    expect(() => checkEvent({ ...refunded(), data: withInner(refunded().data) })).toThrow(/secret/);
  });

  it('has a schema for exactly the fifteen events of the contract', () => {
    expect(eventNames).toHaveLength(15);
  });
});

describe('readEvent', () => {
  it('ignores fields that this version does not know, in the envelope and at every depth of the data', () => {
    const event = refunded();
    const later = { ...event, partition: 3, data: { ...withInner(event.data), note: 'x' } };

    expect(readEvent(later, 'payment:refunded')).toEqual(event);
  });

  it.each([
    ['an event type', { ...listed(), type: 'ticket:lent' }],
    ['a value of an enum', { ...listed(), data: { ...listed().data, status: 'lent' } }],
    ['a value of an optional enum', { ...listed(), data: { ...listed().data, category: 'opera', size: 3 } }],
  ])('throws UnknownValueError for %s that this version does not know', (_, later) => {
    expect(() => readEvent(later, 'ticket:created')).toThrow(UnknownValueError);
  });

  it.each([
    ['a missing field', { ...listed(), data: { ...listed().data, title: undefined } }],
    [
      'a wrong field beside an unknown value',
      { ...listed(), data: { ...listed().data, status: 'lent', id: 7 } },
    ],
    ['a source that does not own the type', { ...listed(), source: 'orders' }],
    ['another format of the envelope', { ...listed(), specversion: '2.0' }],
    ['the event of another channel', ended()],
  ])('throws InvalidEventError, but not UnknownValueError, for %s', (_, broken) => {
    expect(() => readEvent(broken, 'ticket:created')).toThrow(InvalidEventError);
    expect(() => readEvent(broken, 'ticket:created')).not.toThrow(UnknownValueError);
  });

  it('names the channel of an event that arrives on another one', () => {
    expect(() => readEvent(ended(), 'order:created')).toThrow('expected order:created, got session:ended');
  });

  it('reads the events of this version with the schemas of an earlier one, which lack a field and a value', () => {
    const ticket = events['ticket:created'];
    const earlier = eventReader({
      'ticket:created': ticket
        .omit({ category: true })
        .extend({ status: ticket.shape.status.exclude(['sold']) }),
    });
    const { category, ...known } = { ...listed().data, category: 'music' as const };

    expect(earlier({ ...listed(), data: { ...known, category } }).data).toEqual(known);
    expect(() => earlier({ ...listed(), data: { ...known, status: 'sold' } })).toThrow(UnknownValueError);
    expect(() => earlier(refunded())).toThrow(UnknownValueError);
  });
});

describe('serializeEvent', () => {
  it('keeps the unknown fields of an event that was received, and refuses them otherwise', () => {
    const later = { ...refunded(), data: withInner(refunded().data) };

    expect(JSON.parse(serializeEvent(later, { isReceived: true }))).toEqual(later);
    expect(() => serializeEvent(later)).toThrow(/secret/);
    expect(() => serializeEvent({ ...later, source: 'orders' }, { isReceived: true })).toThrow(
      /published by/,
    );
  });
});
