import { eventually, silentLog } from '@ticketing/common/testing';
import { aTicket, useService } from '../../test/fixtures.ts';
import { earlierForms, rebuildSearchKeys, startRebuilding } from './rebuild-search-keys.ts';
import { SEARCH_FORM } from './search.ts';
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

  it('leaves the keys of a later version to that version, once a process has started', async () => {
    const [later, earlier, changed] = [await aTicket(), await aTicket(), await aTicket()];
    const setForm = (_id: string, searchForm: number) =>
      tickets.updateOne({ _id }, { $set: { searchForm, words: ['odd'] } });
    await setForm(later._id, SEARCH_FORM + 1);
    await setForm(earlier._id, SEARCH_FORM - 1);
    await tickets.updateOne({ _id: changed._id }, { $unset: { searchForm: '' } });

    expect(await rebuildSearchKeys(silentLog, { searchForm: earlierForms })).toBe(2);

    const formOf = async (id: string) => (await tickets.findOne({ _id: id }))?.searchForm;
    expect(await formOf(later._id)).toBe(SEARCH_FORM + 1);
    expect(await formOf(earlier._id)).toBe(SEARCH_FORM);
  });

  it('rebuilds right after the start, also after a roll-back', async () => {
    const { _id, words } = await aTicket();
    await tickets.updateOne({ _id }, { $set: { searchForm: SEARCH_FORM + 1, words: ['odd'] } });

    const rebuilding = startRebuilding(silentLog);
    await eventually(async () => (await tickets.findOne({ _id }))?.searchForm === SEARCH_FORM);
    await rebuilding.close();

    expect(await findTicket(_id)).toMatchObject({ words });
  });

  it('adds the local date of the event to tickets from before it was stored', async () => {
    const startsAt = new Date('2031-06-13T03:30:00Z');
    const { _id } = await aTicket({ startsAt, timeZone: 'America/Los_Angeles' });
    await tickets.updateOne({ _id }, { $unset: { localDate: '' }, $set: { searchForm: 1 } });

    await rebuildSearchKeys(silentLog);

    expect(await findTicket(_id)).toMatchObject({ localDate: '2031-06-12' });
  });
});
