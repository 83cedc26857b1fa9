import { aRegisteredUser, useService } from '../../test/service.ts';
import { endAllSessions, endSession, User } from '../models/user.ts';
import { subscribe } from './index.ts';

const service = useService();

describe('resync:requested', () => {
  beforeAll(() => {
    subscribe(service.bus);
  });

  it('republishes the end of all sessions of a user within one token lifetime', async () => {
    const [ended, longAgo, here] = await Promise.all([
      aRegisteredUser(),
      aRegisteredUser(),
      aRegisteredUser(),
    ]);
    await aRegisteredUser();
    await endAllSessions(ended._id);
    await endAllSessions(longAgo._id);
    await User.updateOne({ _id: longAgo._id }, { sessionsEndedAt: new Date(Date.now() - 24 * 3_600_000) });
    await endSession(here._id, 'a sid');

    for (let time = 0; time < 2; time++) {
      service.bus.published.splice(0);
      const request = { id: 'r1', subjects: ['session:ended'], activeOnly: false };
      expect(await service.bus.deliver('resync:requested', request)).toBe('ack');

      expect(service.bus.published).toEqual([
        { name: 'session:ended', data: { userId: ended._id, sid: null, sessionVersion: 1 } },
      ]);
    }
  });

  it('ignores requests for subjects of other services', async () => {
    const request = { id: 'r2', subjects: ['order:created'], activeOnly: true };

    expect(await service.bus.deliver('resync:requested', request)).toBe('ack');

    expect(service.bus.published).toEqual([]);
  });
});
