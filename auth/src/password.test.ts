import { commonPasswords } from './common-passwords.ts';
import { canonical, likeness, waitMs, weakness } from './password.ts';

describe('weakness', () => {
  it.each([
    ['has 8 characters', 'xk7 plum'],
    ['has 128 characters', 'ab'.repeat(64)],
    ['is a phrase without digits', 'four wet umbrellas'],
    ['is not in Latin script', 'пароль у моря'],
    ['contains emoji', '🎫🎟️🎭🎪🎬🎤🎧🎼🎹'],
  ])('accepts a password that %s', (_what, password) => {
    expect(weakness(password)).toBeUndefined();
  });

  it.each([
    ['is empty', '', 'must have 8 to 128'],
    ['has 7 characters', 'xk7 plu', 'must have 8 to 128'],
    ['has 7 characters of two code units', '🎫🎟🎭🎪🎬🎤🎧', 'must have 8 to 128'],
    ['has 129 characters', 'ab'.repeat(64) + 'c', 'must have 8 to 128'],
    ['is the most common password', 'password', 'most common'],
    ['is a common password in capitals', 'PassWord1', 'most common'],
    ['is a common password in full-width letters', 'ｐａｓｓｗｏｒｄ', 'most common'],
    ['is a less common password', 'homelesspa', 'most common'],
    ['repeats one character', 'zzzzzzzzzz', 'most common'],
    ['contains the name of the shop', 'my eNcore seat', 'the name Encore'],
  ])('refuses a password that %s', (_what, password, reason) => {
    expect(weakness(password)).toContain(reason);
  });

  it('knows thousands of common passwords, all of which would be long enough', () => {
    expect(commonPasswords.size).toBeGreaterThan(8_000);
    const accepted = [...commonPasswords].filter((password) => !weakness(password)?.includes('most common'));
    expect(accepted).toEqual([]);
  });
});

describe('likeness', () => {
  it.each([
    ['the local part', 'plumtree@example.com', 'PlumTree 1984', 'plumtree'],
    ['a local part with digits', 'b0b5@example.com', 'oh b0b5, you', 'b0b5'],
    ['a word of the local part', 'mira.smith85@example.com', 'smith 1984', 'smith'],
    ['a label of the domain', 'bo@mail.bigcorp.example', 'the bigcorp door', 'bigcorp'],
    [
      'a label of the domain that the address has in ASCII',
      'bo@xn--bcher-kva.example',
      'alte Bücher',
      'bücher',
    ],
    ['the whole address', 'mira@example.com', 'mira@example.com', 'mira'],
    ['the local part in full-width letters', 'mira@example.com', 'ｍｉｒａ by the sea', 'mira'],
  ])('refuses a password that contains %s', (_what, email, password, part) => {
    expect(likeness(password, email)).toBe(`Password must not contain “${part}” from your e-mail address`);
  });

  it.each([
    ['a part of fewer than 4 characters', 'bo.lee@ox.example', 'bo lee in ox'],
    ['the top-level domain', 'mira@shop.museum', 'a museum of trees'],
    ['nothing of the address', 'mira@example.com', 'four wet umbrellas'],
  ])('accepts a password that contains %s', (_what, email, password) => {
    expect(likeness(password, email)).toBeUndefined();
  });
});

describe('canonical', () => {
  it('returns the same password for composed and decomposed accents', () => {
    expect(canonical('cafe\u0301 by the sea')).toBe(canonical('caf\u00e9 by the sea'));
  });
});

describe('waitMs', () => {
  const now = new Date('2026-05-01T12:00:00Z');
  const minutesAgo = (...minutes: number[]) => minutes.map((m) => new Date(now.getTime() - m * 60_000));

  it.each([
    ['is 0 without failures', [], 3, 0],
    ['is 0 with fewer failures than the limit', minutesAgo(1, 2), 3, 0],
    ['ignores failures older than 15 minutes', minutesAgo(1, 2, 15, 16), 3, 0],
    ['lasts until the oldest failure in the window is 15 minutes old', minutesAgo(1, 2, 14), 3, 60_000],
    [
      'depends on the latest failures when there are more than the limit',
      minutesAgo(1, 2, 5, 14),
      3,
      10 * 60_000,
    ],
  ])('%s', (_what, failedAt, limit, wait) => {
    expect(waitMs(failedAt, limit, now)).toBe(wait);
  });
});
