import { findWords, parseRules } from './words.ts';

const found = (rule: string, text: string, path = 'a/b.ts') =>
  findWords(parseRules(rule), path, text).map(({ line, found }) => `${line}: ${found}`);

describe('parseRules', () => {
  it('skips comments and empty lines', () => {
    expect(parseRules('# a comment\n\nanew → again\n')).toHaveLength(1);
  });

  it.each(['anew', 'anew → again | somewhere: else'])('rejects the line "%s"', (line) => {
    expect(() => parseRules(line)).toThrow(line);
  });

  it('keeps the replacement', () => {
    expect(findWords(parseRules('kick → enqueue'), 'a.ts', 'kick()')).toEqual([
      { line: 1, found: 'kick', replacement: 'enqueue' },
    ]);
  });
});

describe('findWords', () => {
  it.each([
    ['a word of a sentence', 'kick → enqueue', 'Then kick it.\nKick!', ['1: kick', '2: Kick']],
    ['the first part of a name', 'kick → enqueue', 'kickPayment()', ['1: kick']],
    ['a later part of a name', 'kick → enqueue', 'onKick()', ['1: Kick']],
    ['a part of a constant', 'kick → enqueue', 'KICK_MS', ['1: KICK']],
    ['a part of a longer word: no', 'kick → enqueue', 'sidekick, kickstarter, Kickoff', []],
    ['a capitalized name', 'Till → StripeGateway', 'new Till(), createTill', ['1: Till', '1: Till']],
    ['a capitalized name in lower case: no', 'Till → StripeGateway', 'until, still, till, unTilled', []],
    ['a camelCase name', 'findFresh → waitForReplica', 'findFresh(), refindFresh()', ['1: findFresh']],
    ['two words', 'set aside → dead-letter', 'set aside', ['1: set aside']],
    ['two words over a line break', 'set aside → dead-letter', 'is set\n   * aside', ['1: set * aside']],
    [
      'two words in names',
      'in hand → in flight',
      'inHand, isInHand, bus_in_hand',
      ['1: inHand', '1: InHand', '1: in_hand'],
    ],
    ['two words in others: no', 'in hand → in flight', 'begin hand, in handler', []],
    [
      'any ending of a stem',
      'behaviour* → -or',
      'behaviours, behaviourOf',
      ['1: behaviours', '1: behaviour'],
    ],
    ['an expression', '/\\btruth(?! table)/i → source', 'Truth, truth table', ['1: Truth']],
    ['a file name', 'b → c', '', ['0: b']],
  ])('finds %s', (_what, rule, text, expected) => {
    expect(found(rule, text)).toEqual(expected);
  });

  it.each([
    ['only: e2e', 'e2e/a.ts', 1],
    ['only: e2e', 'e2e-more/a.ts', 0],
    ['only: e2e docs/a.md', 'docs/a.md', 1],
    ['not: e2e', 'e2e/a.ts', 0],
    ['not: e2e', 'docs/a.md', 1],
  ])('applies a rule with "%s" to %s or does not', (scope, path, times) => {
    expect(found(`crowd → load generator | ${scope}`, 'the crowd', path)).toHaveLength(times);
  });
});
