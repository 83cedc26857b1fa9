import { newId } from '@ticketing/common';
import { aHeldTicket, aTicket, useService } from '../../test/fixtures.ts';
import { Ticket } from '../models/ticket.ts';

const { bus } = useService();
beforeEach(async () => {
  await Ticket.collection.deleteMany({});
  bus.published.length = 0;
});

describe('resync:requested', () => {
  it('publishes every ticket as it is', async () => {
    const fresh = await aTicket({ notes: 'second row', secret: 'barcode 4711' });
    const { ticket: sold } = await aHeldTicket('sold');

    const ask = { id: newId(), subjects: ['ticket:created', 'ticket:updated'], activeOnly: false };
    expect(await bus.deliver('resync:requested', ask)).toBe('ack');

    expect(bus.published).toHaveLength(2);
    expect(bus.published).toEqual(
      expect.arrayContaining([
        { name: 'ticket:created', data: expect.objectContaining({ id: fresh._id, version: 0 }) },
        { name: 'ticket:updated', data: expect.objectContaining({ id: sold._id, status: 'sold' }) },
      ]),
    );
    expect(JSON.stringify(bus.published)).not.toMatch(/second row|4711/);
  });

  it('leaves out what is sold or withdrawn when only active ones are asked for', async () => {
    const fresh = await aTicket();
    await aHeldTicket('sold');
    await aTicket({ status: 'withdrawn', version: 1 });

    await bus.deliver('resync:requested', { id: newId(), subjects: ['ticket:updated'], activeOnly: true });

    expect(bus.published).toEqual([
      { name: 'ticket:created', data: expect.objectContaining({ id: fresh._id }) },
    ]);
  });

  it('is for others when it names no event of tickets', async () => {
    await aTicket();

    await bus.deliver('resync:requested', { id: newId(), subjects: ['order:created'], activeOnly: false });

    expect(bus.published).toEqual([]);
  });

  it('is delivered again when the broker goes away meanwhile', async () => {
    await aTicket();
    bus.status = 'down';

    const ask = { id: newId(), subjects: ['ticket:created'], activeOnly: false };
    expect(await bus.deliver('resync:requested', ask)).toBe('redeliver');

    bus.status = 'up';
  });
});
