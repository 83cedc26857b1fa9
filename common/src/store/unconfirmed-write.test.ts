import { mongo } from 'mongoose';
import { isUnconfirmedWrite, markUnconfirmed } from './unconfirmed-write.ts';

const errors: [what: string, error: Error, isUnconfirmed: boolean][] = [
  ['a lost connection', new mongo.MongoNetworkError('connection closed'), true],
  ['a time-out', new mongo.MongoNetworkTimeoutError('timed out'), true],
  ['no acknowledgement by the majority', new mongo.MongoServerError({ code: 91, errmsg: 'shutdown' }), true],
  ['no server', new mongo.MongoServerSelectionError('none', {} as never), false],
  ['a handshake that failed', new mongo.MongoNetworkError('refused', { beforeHandshake: true }), false],
  ['a duplicate key', new mongo.MongoServerError({ code: 11000, errmsg: 'index: email' }), false],
];

describe('markUnconfirmed', () => {
  it.each(errors)(
    'rejects with the same error, which may be stored or not, for %s',
    async (_, error, expected) => {
      await expect(markUnconfirmed(Promise.reject(error))).rejects.toBe(error);

      expect(isUnconfirmedWrite(error)).toBe(expected);
    },
  );

  it('marks no error of a read', () => {
    expect(isUnconfirmedWrite(new mongo.MongoNetworkError('connection closed'))).toBe(false);
  });
});
