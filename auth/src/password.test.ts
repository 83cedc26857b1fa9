import { canonical, clientNetwork, waitMs, weakness } from './password.ts';

describe('a new password', () => {
  it.each([
    ['has 8 characters', 'xk7 plum'],
    ['has 128 characters', 'ab'.repeat(64)],
    ['is a phrase without digits', 'four wet umbrellas'],
    ['is in another script', 'пароль у моря'],
    ['holds emoji', '🎫🎟️🎭🎪🎬🎤🎧🎼🎹'],
  ])('is accepted when it %s', (_what, password) => {
    expect(weakness(password)).toBeUndefined();
  });

  it.each([
    ['is empty', '', 'must have 8 to 128'],
    ['has 7 characters', 'xk7 plu', 'must have 8 to 128'],
    ['has 7 characters in more code units', '🎫🎟🎭🎪🎬🎤🎧', 'must have 8 to 128'],
    ['has 129 characters', 'ab'.repeat(64) + 'c', 'must have 8 to 128'],
    ['is the most common one', 'password', 'most common'],
    ['is a common one in capitals', 'PassWord1', 'most common'],
    ['is a common one in full-width letters', 'ｐａｓｓｗｏｒｄ', 'most common'],
    ['is one character over and over', 'zzzzzzzzzz', 'most common'],
  ])('is refused when it %s', (_what, password, reason) => {
    expect(weakness(password)).toContain(reason);
  });

  it('is the same from a keyboard that composes letters', () => {
    expect(canonical('cafe\u0301 by the sea')).toBe(canonical('caf\u00e9 by the sea'));
  });
});

describe('waiting after wrong passwords', () => {
  const now = new Date('2026-05-01T12:00:00Z');
  const minutesAgo = (...minutes: number[]) => minutes.map((m) => new Date(now.getTime() - m * 60_000));

  it.each([
    ['nobody waits without failures', [], 3, 0],
    ['fewer failures than the limit do not count', minutesAgo(1, 2), 3, 0],
    ['failures of more than 15 minutes ago do not count', minutesAgo(1, 2, 15, 16), 3, 0],
    ['the wait ends when the oldest that counts is 15 minutes old', minutesAgo(1, 2, 14), 3, 60_000],
    ['of too many failures the latest decide', minutesAgo(1, 2, 5, 14), 3, 10 * 60_000],
  ])('%s', (_what, failedAt, limit, wait) => {
    expect(waitMs(failedAt, limit, now)).toBe(wait);
  });
});

describe('the network of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});
