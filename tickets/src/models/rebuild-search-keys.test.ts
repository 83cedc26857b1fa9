import { silentLog } from '@ticketing/common/testing';
import { aTicket, useService } from '../../test/fixtures.ts';
import { rebuildSearchKeys } from './rebuild-search-keys.ts';
import { findTicket, tickets } from './ticket.ts';

useService();
beforeEach(() => tickets.deleteMany({}));

describe('rebuildSearchKeys', () => {
  it('updates tickets that an earlier version stored, once, without a new version or event', async () => {
    const old = await aTicket({ title: 'Łódź', city: 'Łódź' });
    await tickets.updateOne(
      { _id: old._id },
      { $set: { words: ['łodz'], cityKey: 'łodz' }, $unset: { searchForm: '' } },
    );

    expect(await rebuildSearchKeys(silentLog)).toBe(1);
    expect(await rebuildSearchKeys(silentLog)).toBe(0);

    expect(await findTicket(old._id)).toMatchObject({ version: 0, words: ['lodz'], cityKey: 'lodz' });
    expect((await tickets.findOne({ _id: old._id }))?.outbox).toEqual([]);
  });

  it('adds the local date of the event to tickets from before it was stored', async () => {
    const startsAt = new Date('2031-06-13T03:30:00Z');
    const { _id } = await aTicket({ startsAt, timeZone: 'America/Los_Angeles' });
    await tickets.updateOne({ _id }, { $unset: { localDate: '' }, $set: { searchForm: 1 } });

    await rebuildSearchKeys(silentLog);

    expect(await findTicket(_id)).toMatchObject({ localDate: '2031-06-12' });
  });
});
