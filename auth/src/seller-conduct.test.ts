import { countedRefunds, countRefund, lift } from './seller-conduct.ts';

const now = new Date('2030-06-01T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1_000);
const refund = (id: string, days: number) => ({ id, at: daysAgo(days) });
const rules = { now, limit: 3 };

describe('countRefund', () => {
  it('counts the first two refunds, and suspends the seller with the third', () => {
    const one = countRefund({}, refund('a', 5), rules);
    const two = countRefund(one ?? {}, refund('b', 1), rules);
    const three = countRefund(two ?? {}, refund('c', 0), rules);

    expect(two).toEqual({ sellerRefunds: [refund('a', 5), refund('b', 1)] });
    expect(three).toMatchObject({ sellingSuspendedAt: now });
    expect(three?.sellerRefunds).toHaveLength(3);
  });

  it('counts a refund once, however often its event arrives', () => {
    expect(countRefund({ sellerRefunds: [refund('a', 5)] }, refund('a', 5), rules)).toBeUndefined();
  });

  it('counts no refund from 90 days ago or earlier, whether stored or new', () => {
    const sellerRefunds = [refund('a', 91), refund('b', 90), refund('c', 89)];

    expect(countedRefunds({ sellerRefunds }, now)).toEqual([refund('c', 89)]);
    expect(countRefund({ sellerRefunds }, refund('d', 90), rules)).toBeUndefined();
    expect(countRefund({ sellerRefunds }, refund('d', 1), rules)).toEqual({
      sellerRefunds: [refund('c', 89), refund('d', 1)],
    });
  });

  it('keeps the time of a suspension when further refunds follow', () => {
    const suspended = {
      sellerRefunds: [refund('a', 5), refund('b', 4), refund('c', 3)],
      sellingSuspendedAt: daysAgo(3),
    };

    expect(countRefund(suspended, refund('d', 1), rules)).not.toHaveProperty('sellingSuspendedAt');
  });

  it('does not count again what happened before an operator lifted the suspension', () => {
    const lifted = lift(daysAgo(2));

    expect(countRefund(lifted, refund('a', 3), rules)).toBeUndefined();
    expect(countRefund(lifted, refund('b', 1), rules)).toEqual({ sellerRefunds: [refund('b', 1)] });
  });
});
