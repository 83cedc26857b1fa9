import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { bus, eventsOf } = useService();

describe('order:created', () => {
  it('reserves an available ticket and publishes ticket:updated without the buyer', async () => {
    const ticket = await aTicket();
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');

    const reserved = { status: 'reserved', reservationSeq: 1, orderId: order.id, version: 1 };
    expect(await findTicket(ticket._id)).toMatchObject({ ...reserved, buyerId: order.userId });
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)).toEqual([
      { name: 'ticket:updated', data: expect.objectContaining(reserved) },
    ]);
    expect(JSON.stringify(eventsOf(ticket._id))).not.toContain(order.userId);
  });

  it('changes nothing when it is redelivered, and republishes the same event', async () => {
    const ticket = await aTicket();
    const order = anOrder(ticket);

    await bus.deliver('order:created', order);
    await bus.deliver('order:created', order);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
    await eventually(() => eventsOf(ticket._id).length === 2);
    const [first, again] = eventsOf(ticket._id);
    expect(again).toEqual(first);
  });

  it('republishes the current state when it is redelivered after the sale', async () => {
    const { ticket, buyer } = await aTicketWithOrder('sold');
    const order = anOrder(ticket, { id: ticket.orderId!, userId: buyer.id, reservationSeq: 1 });

    await bus.deliver('order:created', order);

    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)[0]).toMatchObject({
      name: 'ticket:updated',
      data: { status: 'sold', version: 2, orderId: order.id },
    });
  });

  it('moves a ticket reserved for an older order to the newer one', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
    const order = anOrder(ticket);

    await bus.deliver('order:created', order);

    expect(await findTicket(ticket._id)).toMatchObject({ orderId: order.id, reservationSeq: 2, version: 2 });
  });

  it('publishes ticket:reservation-refused for a withdrawn ticket, again when it is redelivered', async () => {
    const ticket = await aTicket({ status: 'withdrawn', version: 1 });
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');
    await eventually(() => eventsOf(ticket._id).length === 1);
    await bus.deliver('order:created', order);
    await eventually(() => eventsOf(ticket._id).length === 2);

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
    expect(eventsOf(ticket._id)).toEqual([refused, refused]);
  });

  it('publishes ticket:reservation-refused for a sold ticket, which stays sold', async () => {
    const { ticket } = await aTicketWithOrder('sold');
    const order = anOrder(ticket);

    expect(await bus.deliver('order:created', order)).toBe('ack');

    expect(await findTicket(ticket._id)).toMatchObject({
      status: 'sold',
      orderId: ticket.orderId,
      reservationSeq: 2,
    });
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)[0]).toMatchObject({
      name: 'ticket:reservation-refused',
      data: { refusedOrderId: order.id, status: 'sold', orderId: ticket.orderId },
    });
  });

  it('is redelivered for an unknown ticket', async () => {
    const ticket = await aTicket();

    const order = anOrder({ ...ticket, _id: newId() });

    expect(await bus.deliver('order:created', order)).toBe('redeliver');
  });
});

describe('order:cancelled', () => {
  it('makes the ticket available again, once for two deliveries', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
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
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)[0]).toMatchObject({
      name: 'ticket:updated',
      data: { status: 'available', orderId: null },
    });
  });

  it('changes nothing when a newer order has reserved the ticket', async () => {
    const { ticket } = await aTicketWithOrder('reserved', { reservationSeq: 2, version: 2 });
    const older = anOrder(ticket, { reservationSeq: 1, status: 'cancelled', reason: 'buyer' });

    await bus.deliver('order:cancelled', older);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 2 });
  });

  it('keeps the ticket available when order:created arrives afterwards', async () => {
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
  it.each(['created', 'awaiting:payment'] as const)(
    'leaves the ticket reserved when the order is %s',
    async (status) => {
      const { ticket } = await aTicketWithOrder('reserved');

      await bus.deliver('order:updated', anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status }));

      expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
    },
  );

  it('sells the ticket when the order is complete, once for two deliveries, at the time of the event', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'complete', version: 3 });

    await bus.deliver('order:updated', order);
    const sold = await findTicket(ticket._id);
    await bus.deliver('order:updated', order);

    expect(sold).toMatchObject({ status: 'sold', orderId: order.id, version: 2, soldAt: expect.any(Date) });
    expect(await findTicket(ticket._id)).toEqual(sold);
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)[0]).toMatchObject({
      data: { status: 'sold', soldAt: sold!.soldAt!.toISOString() },
    });
  });

  it('sells nothing when another order has reserved the ticket', async () => {
    const { ticket } = await aTicketWithOrder('reserved');

    await bus.deliver('order:updated', anOrder(ticket, { status: 'complete' }));

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'reserved', version: 1 });
  });

  it('withdraws the ticket when the order is refunded, even if complete arrives afterwards', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'refunded', version: 4 });

    await bus.deliver('order:updated', order);
    await bus.deliver('order:updated', order);
    await bus.deliver('order:updated', { ...order, status: 'complete', version: 3 });

    const withdrawn = await findTicket(ticket._id);
    expect(withdrawn).toMatchObject({ status: 'withdrawn', version: 2 });
    expect(withdrawn).not.toHaveProperty('orderId');
  });

  it('makes the ticket available when the order is cancelled and order:cancelled was missed', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
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

describe('20 orders of one ticket at once', () => {
  it('reserve it for the newest order, with one version and one event for each change', async () => {
    const ticket = await aTicket();
    const orders = Array.from({ length: 20 }, (_, i) => anOrder(ticket, { reservationSeq: i + 1 }));

    const outcomes = await Promise.all(orders.map((order) => bus.deliver('order:created', order)));

    expect(new Set(outcomes)).toEqual(new Set(['ack']));
    const reserved = await findTicket(ticket._id);
    expect(reserved).toMatchObject({ status: 'reserved', reservationSeq: 20, orderId: orders[19]!.id });
    await eventually(() => eventsOf(ticket._id).length === reserved!.version);
    const versions = eventsOf(ticket._id).map(({ data }) => data.version);
    expect(versions.sort((a, b) => a - b)).toEqual(versions.map((_, i) => i + 1));
  });
});
