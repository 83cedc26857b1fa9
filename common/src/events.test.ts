import { checkEvent, cloudEvent, eventNames, InvalidEventError } from './events.ts';

const ended = () =>
  cloudEvent(
    'session:ended',
    { id: 'user:1:1', source: 'auth', subject: '1', time: new Date(0) },
    { userId: '0123456789abcdef01234567', sid: null, sessionVersion: 2 },
  );

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

  it('rejects an event of another name', () => {
    expect(() => checkEvent(ended(), 'order:created')).toThrow('expected order:created, got session:ended');
  });

  it('rejects an event whose source does not own its type, and names the owner', () => {
    expect(() => checkEvent({ ...ended(), source: 'expiration' })).toThrow(InvalidEventError);
    expect(() => checkEvent({ ...ended(), source: 'expiration' })).toThrow(
      'session:ended is published by auth, not by expiration',
    );
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

  it('has a schema for exactly the fourteen events of the contract', () => {
    expect(eventNames).toHaveLength(14);
  });
});
