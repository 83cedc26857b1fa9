import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import { aHeldTicket, anOrder, aTicket, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { bus, told } = useService();

describe('order:created', () => {
  it('reserves a free ticket and tells everyone', async () => {
    const ticket = await aTicket();
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');

    const reserved = { status: 'reserved', reservationSeq: 1, orderId: order.id, version: 1 };
    expect(await findTicket(ticket._id)).toMatchObject({ ...reserved, buyerId: order.userId });
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)).toEqual([{ name: 'ticket:updated', data: expect.objectContaining(reserved) }]);
    expect(JSON.stringify(told(ticket._id))).not.toContain(order.userId);
  });

  it('changes nothing when it comes again, and answers again', async () => {
    const ticket = await aTicket();
    const order = anOrder(ticket);

    await bus.deliver('order:created', order);
    await bus.deliver('order:created', order);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
    await eventually(() => told(ticket._id).length === 2);
    const [first, again] = told(ticket._id);
    expect(again).toEqual(first);
  });

  it('answers again with the present state once the ticket is sold', async () => {
    const { ticket, buyer } = await aHeldTicket('sold');
    const order = anOrder(ticket, { id: ticket.orderId!, userId: buyer.id, reservationSeq: 1 });

    await bus.deliver('order:created', order);

    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)[0]).toMatchObject({
      name: 'ticket:updated',
      data: { status: 'sold', version: 2, orderId: order.id },
    });
  });

  it('takes over what an older order held', async () => {
    const { ticket } = await aHeldTicket('reserved');
    const order = anOrder(ticket);

    await bus.deliver('order:created', order);

    expect(await findTicket(ticket._id)).toMatchObject({ orderId: order.id, reservationSeq: 2, version: 2 });
  });

  it('is refused for a withdrawn ticket, and refused again when it comes again', async () => {
    const ticket = await aTicket({ status: 'withdrawn', version: 1 });
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');
    await eventually(() => told(ticket._id).length === 1);
    await bus.deliver('order:created', order);
    await eventually(() => told(ticket._id).length === 2);

    expect(await findTicket(ticket._id)).toMatchObject({
      status: 'withdrawn',
      reservationSeq: 1,
      version: 2,
    });
    const refused = {
      name: 'ticket:reservation-refused',
      data: expect.objectContaining({
        refusedOrderId: order.id,
        reservationSeq: 1,
        version: 2,
        orderId: null,
      }),
    };
    expect(told(ticket._id)).toEqual([refused, refused]);
  });

  it('is refused for a sold ticket, which stays sold', async () => {
    const { ticket } = await aHeldTicket('sold');
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');

    expect(await findTicket(ticket._id)).toMatchObject({
      status: 'sold',
      orderId: ticket.orderId,
      reservationSeq: 2,
    });
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)[0]).toMatchObject({
      name: 'ticket:reservation-refused',
      data: { refusedOrderId: order.id, status: 'sold', orderId: ticket.orderId },
    });
  });

  it('is delivered again for a ticket that nobody listed', async () => {
    const ticket = await aTicket();

    const order = anOrder({ ...ticket, _id: newId() });

    expect(await bus.deliver('order:created', order)).toBe('redeliver');
  });
});

describe('order:cancelled', () => {
  it('frees the ticket once', async () => {
    const { ticket } = await aHeldTicket('reserved');
    const order = anOrder(ticket, {
      id: ticket.orderId!,
      reservationSeq: 1,
      status: 'cancelled',
      reason: 'expired',
    });

    expect(await bus.deliver('order:cancelled', order)).toBe('ack');
    expect(await bus.deliver('order:cancelled', order)).toBe('ack');

    const freed = await findTicket(ticket._id);
    expect(freed).toMatchObject({ status: 'available', reservationSeq: 1, version: 2 });
    expect(freed).not.toHaveProperty('orderId');
    expect(freed).not.toHaveProperty('buyerId');
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)[0]).toMatchObject({
      name: 'ticket:updated',
      data: { status: 'available', orderId: null },
    });
  });

  it('is ignored when a newer order has the ticket', async () => {
    const { ticket } = await aHeldTicket('reserved', { reservationSeq: 2, version: 2 });
    const older = anOrder(ticket, { reservationSeq: 1, status: 'cancelled', reason: 'buyer' });

    await bus.deliver('order:cancelled', older);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 2 });
  });

  it('before the creation of its order leaves the ticket free for ever after', async () => {
    const ticket = await aTicket();
    const order = anOrder(ticket);

    await bus.deliver('order:cancelled', { ...order, version: 1, status: 'cancelled', reason: 'buyer' });
    await bus.deliver('order:created', order);

    expect(await findTicket(ticket._id)).toMatchObject({
      status: 'available',
      reservationSeq: 1,
      version: 1,
    });
  });
});

describe('order:updated', () => {
  it.each(['created', 'awaiting:payment'] as const)('to %s leaves the ticket reserved', async (status) => {
    const { ticket } = await aHeldTicket('reserved');

    await bus.deliver('order:updated', anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status }));

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
  });

  it('to complete sells the ticket once, at the time of the fact', async () => {
    const { ticket } = await aHeldTicket('reserved');
    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'complete', version: 3 });

    await bus.deliver('order:updated', order);
    const sold = await findTicket(ticket._id);
    await bus.deliver('order:updated', order);

    expect(sold).toMatchObject({ status: 'sold', orderId: order.id, version: 2, soldAt: expect.any(Date) });
    expect(await findTicket(ticket._id)).toEqual(sold);
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)[0]).toMatchObject({
      data: { status: 'sold', soldAt: sold!.soldAt!.toISOString() },
    });
  });

  it('to complete of an order that does not hold the ticket changes nothing', async () => {
    const { ticket } = await aHeldTicket('reserved');

    await bus.deliver('order:updated', anOrder(ticket, { status: 'complete' }));

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
  });

  it('to refunded withdraws the ticket, also when `complete` comes after it', async () => {
    const { ticket } = await aHeldTicket('reserved');
    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'refunded', version: 4 });

    await bus.deliver('order:updated', order);
    await bus.deliver('order:updated', order);
    await bus.deliver('order:updated', { ...order, status: 'complete', version: 3 });

    const withdrawn = await findTicket(ticket._id);
    expect(withdrawn).toMatchObject({ status: 'withdrawn', version: 2 });
    expect(withdrawn).not.toHaveProperty('orderId');
  });

  it('with the fate of a cancelled order frees a ticket that did not hear of the cancellation', async () => {
    const { ticket } = await aHeldTicket('reserved');
    const order = anOrder(ticket, {
      id: ticket.orderId!,
      reservationSeq: 1,
      status: 'cancelled',
      reason: 'expired',
    });

    await bus.deliver('order:updated', order);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'available' });
  });
});

describe('a ticket that is asked for by many at once', () => {
  it('follows the newest order, with one version and one event for each change', async () => {
    const ticket = await aTicket();
    const orders = Array.from({ length: 20 }, (_, i) => anOrder(ticket, { reservationSeq: i + 1 }));

    const outcomes = await Promise.all(orders.map((order) => bus.deliver('order:created', order)));

    expect(new Set(outcomes)).toEqual(new Set(['ack']));
    const reserved = await findTicket(ticket._id);
    expect(reserved).toMatchObject({ status: 'reserved', reservationSeq: 20, orderId: orders[19]!.id });
    await eventually(() => told(ticket._id).length === reserved!.version);
    const versions = told(ticket._id).map(({ data }) => data.version);
    expect(versions.sort((a, b) => a - b)).toEqual(versions.map((_, i) => i + 1));
  });
});
