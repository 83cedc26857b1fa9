import { termsOf, wordsOf } from './text-keys.ts';

/** Whether a search for `query` finds `text`, by the rule of `selectTickets`. */
function isFound(text: string, query: string): boolean {
  const words = wordsOf(text);
  const terms = termsOf(query);
  return terms.length > 0 && terms.every((term) => words.some((word) => word.startsWith(term)));
}

describe('a search', () => {
  it.each([
    ['Café', 'cafe'],
    ['Łódź', 'lodz'],
    ['København', 'kobenhavn'],
    ['Gießen', 'giessen'],
    ['GIESSEN', 'gießen'],
    ['Diyarbakır', 'diyarbakir'],
    ['İzmir', 'izmir'],
    ['Đà Nẵng', 'da nang'],
    ['Ísafjörður', 'isafjordur'],
    ['Œuilly', 'oeuilly'],
    ['Ærø', 'aero'],
    ['Þingvellir', 'thing'],
    ['Ħamrun', 'hamrun'],
    ['ＴＯＫＹＯ', 'tokyo'],
    ['ΟΔΟΣ Αθήνα', 'οδοσ αθηνα'],
    ['می‌خواهم', 'میخواهم'],
    ['東京ドーム 2030', 'ドーム'],
    ['東京ドーム', '京'],
    ['東京ドーム', 'ﾄﾞｰﾑ'],
    ['第2回コンサート', '2回'],
    ['โรงละครแห่งชาติ', 'ละคร'],
    ['Zürich2030', 'zurich'],
  ])('finds %s by %s', (text, query) => {
    expect(isFound(text, query)).toBe(true);
  });

  it.each([
    ['東京ドーム', '大阪'],
    ['Opera', 'pera'],
    ['Opera', '…'],
  ])('does not find %s by %s', (text, query) => {
    expect(isFound(text, query)).toBe(false);
  });

  it('stores no more than one pair for each character of a text without spaces', () => {
    expect(wordsOf('東京都 Opera')).toEqual(['東京', '京都', '都', 'opera']);
  });
});
