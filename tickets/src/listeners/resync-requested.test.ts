import { newId } from '@ticketing/common';
import { resyncsDone } from '@ticketing/common/testing';
import { aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { db } from '../db.ts';
import { tickets } from '../models/ticket.ts';

const { bus } = useService();
beforeEach(async () => {
  await tickets.deleteMany({});
  bus.published.length = 0;
});

describe('resync:requested', () => {
  it('republishes the current state of every ticket, without notes or secrets', async () => {
    const fresh = await aTicket({ notes: 'second row', secret: 'barcode 4711' });
    const { ticket: sold } = await aTicketWithOrder('sold');

    const request = { id: newId(), subjects: ['ticket:created', 'ticket:updated'], activeOnly: false };
    expect(await bus.deliver('resync:requested', request)).toBe('ack');
    await resyncsDone(db);

    expect(bus.published).toHaveLength(2);
    expect(bus.published).toEqual(
      expect.arrayContaining([
        { name: 'ticket:created', data: expect.objectContaining({ id: fresh._id, version: 0 }) },
        { name: 'ticket:updated', data: expect.objectContaining({ id: sold._id, status: 'sold' }) },
      ]),
    );
    expect(JSON.stringify(bus.published)).not.toMatch(/second row|4711/);
  });

  it('republishes available and reserved tickets only when activeOnly is set', async () => {
    const fresh = await aTicket();
    await aTicketWithOrder('sold');
    await aTicket({ status: 'withdrawn', version: 1 });

    await bus.deliver('resync:requested', { id: newId(), subjects: ['ticket:updated'], activeOnly: true });
    await resyncsDone(db);

    expect(bus.published).toEqual([
      { name: 'ticket:created', data: expect.objectContaining({ id: fresh._id }) },
    ]);
  });

  it('ignores requests for subjects of other services', async () => {
    await aTicket();

    await bus.deliver('resync:requested', { id: newId(), subjects: ['order:created'], activeOnly: false });
    await resyncsDone(db);

    expect(bus.published).toEqual([]);
  });
});
