import { newId } from '@ticketing/common';
import { eventually, resyncsDone, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, request, useService } from '../../test/service.ts';
import { db } from '../db.ts';
import { liftSuspension } from '../models/seller.ts';
import type { User } from '../models/user.ts';

const service = useService();

const by = { operatorId: null, reason: 'checked the sales' };

const refundOf = (
  seller: User,
  at = new Date(),
  sellerRefund: object = { sellerId: seller._id, at: at.toISOString() },
) => {
  const id = newId();
  const fields = {
    id,
    version: 4,
    orderId: id,
    userId: newId(),
    status: 'refunded',
    amount: 4250,
    currency: 'eur',
  };
  return { ...fields, refundedAmount: 4250, ...(sellerRefund && { sellerRefund }) } as never;
};
const refund = (event: never) => service.bus.deliver('payment:refunded', event);
const shown = async ({ _id, email }: User) =>
  (
    await request(service.app)
      .get('/api/users/selling')
      .set('Cookie', sessionCookie({ id: _id, email } as never))
      .expect(200)
  ).body;
const suspensions = ({ _id }: User) =>
  service.bus.published
    .filter(({ name, data }) => name === 'user:updated' && (data as { id: string }).id === _id)
    .map(({ data }) => (data as { sellingSuspended: boolean }).sellingSuspended);

describe('payment:refunded', () => {
  it('shows the seller each refund, and suspends the seller with the third, once however often they arrive', async () => {
    const seller = await aRegisteredUser();
    const events = [refundOf(seller), refundOf(seller), refundOf(seller)];

    for (const [index, event] of events.entries()) {
      for (let time = 0; time < 2; time++) expect(await refund(event)).toBe('ack');
      expect(await shown(seller)).toEqual({ refunds: index + 1, limit: 3, days: 90, suspended: index === 2 });
    }

    await eventually(() => suspensions(seller).length === 3);
    expect(suspensions(seller)).toEqual([false, false, true]);
  });

  it('counts neither refunds that the seller did not request nor those of unknown users', async () => {
    const seller = await aRegisteredUser();

    for (let time = 0; time < 3; time++) await refund(refundOf(seller, new Date(), null as never));
    expect(await refund(refundOf({ _id: newId() } as User))).toBe('ack');

    expect(await shown(seller)).toMatchObject({ refunds: 0, suspended: false });
  });

  it('publishes that the seller may list again after an operator lifted the suspension, also on resync', async () => {
    const seller = await aRegisteredUser();
    for (let time = 0; time < 3; time++) await refund(refundOf(seller, new Date(Date.now() - 1_000)));
    await eventually(() => suspensions(seller).includes(true));

    expect(await liftSuspension(seller._id, by)).toMatchObject({ sellerRefunds: [] });
    expect(await liftSuspension(seller._id, by)).toBeUndefined();

    expect(await shown(seller)).toMatchObject({ refunds: 0, suspended: false });
    await eventually(() => suspensions(seller).at(-1) === false);
    service.bus.published.splice(0);
    await service.bus.deliver('resync:requested', { id: 'r', subjects: ['user:updated'], activeOnly: false });
    await resyncsDone(db);
    expect(suspensions(seller)).toEqual([false]);
  });
});
