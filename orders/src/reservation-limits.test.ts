import {
  choosePlace,
  cooldownEndsAt,
  limitFieldsAfter,
  reservationLimitError,
  startsCooldown,
} from './reservation-limits.ts';

const limits = { maxReservations: 6, cooldownMs: 900_000 };
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 28, 12, 0, seconds));

describe('startsCooldown', () => {
  it.each([
    ['buyer', true],
    ['expired', true],
    ['refused', false],
    ['payment_failed', false],
    [null, false],
  ] as const)('of the reason %s is %s', (reason, expected) => {
    expect(startsCooldown(reason)).toBe(expected);
  });
});

describe('limitFieldsAfter', () => {
  it('leaves the fields of an order that is being paid', () => {
    expect(limitFieldsAfter('awaiting:payment', null)).toEqual({});
  });

  it.each([
    ['complete', null],
    ['refunded', null],
    ['cancelled', 'refused'],
    ['cancelled', 'payment_failed'],
  ] as const)('removes place and claim of an order that is %s (reason %s)', (status, reason) => {
    const fields = limitFieldsAfter(status, reason);
    expect(Object.keys(fields).sort()).toEqual(['claimed', 'place']);
    expect(Object.values(fields)).toEqual([undefined, undefined]);
  });

  it.each(['buyer', 'expired'] as const)(
    'keeps the claim of an order cancelled with the reason %s',
    (reason) => {
      expect(Object.keys(limitFieldsAfter('cancelled', reason))).toEqual(['place']);
    },
  );
});

describe('cooldownEndsAt', () => {
  const history = [
    { at: at(0), status: 'created' },
    { at: at(50), status: 'cancelled' },
    { at: at(70), status: 'cancelled' },
  ] as const;

  it('counts from the cancellation by the buyer, not from a later payment event', () => {
    const order = { reason: 'buyer', expiresAt: at(900), history: [...history] } as const;
    expect(cooldownEndsAt({ ...order, history: [...history] }, limits)).toBe(at(950).getTime());
  });

  it('counts from the end of the reservation when its expiry was stored later', () => {
    expect(cooldownEndsAt({ reason: 'expired', expiresAt: at(10), history: [...history] }, limits)).toBe(
      at(910).getTime(),
    );
  });
});

describe('choosePlace', () => {
  it('chooses each free place and no taken one', () => {
    const live = [{ place: 1 }, { place: 4 }, { place: 9 }];
    const chosen = [0, 0.25, 0.5, 0.999].map((random) => choosePlace(live, limits, () => random));
    expect(chosen).toEqual([2, 3, 5, 6]);
  });

  it('chooses none when the live orders reach the limit, with or without a place', () => {
    expect(
      choosePlace(
        Array.from({ length: 6 }, () => ({})),
        limits,
      ),
    ).toBeUndefined();
  });
});

describe('reservationLimitError', () => {
  it('asks for at least a second of patience while the first reservation is overdue', () => {
    const error = reservationLimitError(limits, at(0).getTime(), at(5).getTime());
    expect(error).toMatchObject({
      status: 429,
      code: 'reservation_limit',
      retryAfter: 1,
      details: { endsAt: at(5).toISOString(), serverNow: at(5).toISOString() },
    });
  });
});
