import { applyTakeDown, restoration, takeDown } from './take-down.ts';

const takenDown = { at: new Date(), reason: 'a forged ticket' };

describe('takeDown', () => {
  it('withdraws an available ticket, and leaves a reserved one to its buyer', () => {
    expect(takeDown({ status: 'available' }, takenDown)).toEqual({ status: 'withdrawn', takenDown });
    expect(takeDown({ status: 'reserved' }, takenDown)).toEqual({ takenDown });
  });

  it.each([
    ['ticket_sold', { status: 'sold' }],
    ['ticket_withdrawn', { status: 'withdrawn' }],
    ['already_taken_down', { status: 'withdrawn', takenDown }],
    ['already_taken_down', { status: 'reserved', takenDown }],
  ] as const)('throws %s for %j', (code, state) => {
    expect(() => takeDown(state, takenDown)).toThrow(expect.objectContaining({ code }));
  });
});

describe('applyTakeDown', () => {
  const reserved = { status: 'reserved', takenDown } as const;

  it('withdraws a ticket whose reservation ends without a sale', () => {
    expect(applyTakeDown(reserved, { status: 'available' })).toEqual({ status: 'withdrawn' });
  });

  it('forgets that the listing was taken down when its buyer paid or has the money back', () => {
    for (const status of ['sold', 'withdrawn'] as const)
      expect(applyTakeDown(reserved, { status })).toEqual({ status, takenDown: undefined });
  });

  it('changes nothing else', () => {
    expect(applyTakeDown(reserved, undefined)).toBeUndefined();
    expect(applyTakeDown(reserved, {})).toEqual({});
    expect(applyTakeDown(reserved, { status: 'reserved' })).toEqual({ status: 'reserved' });
    expect(applyTakeDown({ status: 'reserved' }, { status: 'available' })).toEqual({ status: 'available' });
  });
});

describe('restoration', () => {
  it('keeps a listing whose reservation lasts, and lists a withdrawn one again', () => {
    expect(restoration({ status: 'reserved', takenDown })).toBe('keep');
    expect(restoration({ status: 'withdrawn', takenDown })).toBe('list again');
    expect(() => restoration({ status: 'withdrawn' })).toThrow(
      expect.objectContaining({ code: 'not_taken_down' }),
    );
  });
});
