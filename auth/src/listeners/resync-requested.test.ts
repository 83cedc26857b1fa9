import { newId } from '@ticketing/common';
import { eventually, resyncsDone } from '@ticketing/common/testing';
import { aRegisteredUser, useService } from '../../test/service.ts';
import { db } from '../db.ts';
import { EndedSession, storeEndedSession } from '../models/ended-session.ts';
import { endAllSessions, User } from '../models/user.ts';

const service = useService();

describe('resync:requested', () => {
  it('republishes the sessions, single ones and all of a user, that ended within one token lifetime', async () => {
    const [ended, longAgo, here] = await Promise.all([
      aRegisteredUser(),
      aRegisteredUser(),
      aRegisteredUser(),
    ]);
    await aRegisteredUser();
    await endAllSessions(ended._id);
    await endAllSessions(longAgo._id);
    await User.updateOne({ _id: longAgo._id }, { sessionsEndedAt: new Date(Date.now() - 24 * 3_600_000) });
    const [sid, oldSid] = [newId(), newId()];
    await storeEndedSession({ id: here._id, sid, sessionVersion: 0 });
    await storeEndedSession({ id: here._id, sid: oldSid, sessionVersion: 0 });
    await EndedSession.updateOne({ _id: oldSid }, { endedAt: new Date(Date.now() - 24 * 3_600_000) });

    const pending = { 'outbox.0': { $exists: true } };
    await eventually(async () => (await User.collection.countDocuments(pending)) === 0);
    await eventually(async () => (await EndedSession.collection.countDocuments(pending)) === 0);

    for (let time = 0; time < 2; time++) {
      service.bus.published.splice(0);
      const request = { id: 'r1', subjects: ['session:ended'], activeOnly: false };
      expect(await service.bus.deliver('resync:requested', request)).toBe('ack');
      await resyncsDone(db);

      expect(service.bus.published).toHaveLength(2);
      expect(service.bus.published).toEqual(
        expect.arrayContaining([
          { name: 'session:ended', data: { userId: ended._id, sid: null, sessionVersion: 1 } },
          { name: 'session:ended', data: { userId: here._id, sid, sessionVersion: 0 } },
        ]),
      );
    }
  });

  it('ignores requests for subjects of other services', async () => {
    const request = { id: 'r2', subjects: ['order:created'], activeOnly: true };

    expect(await service.bus.deliver('resync:requested', request)).toBe('ack');
    await resyncsDone(db);

    expect(service.bus.published).toEqual([]);
  });
});
