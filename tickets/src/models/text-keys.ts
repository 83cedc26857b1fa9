/** Letters that NFKD does not decompose, and how people write them on a keyboard without them; ς only ends a word. */
const LETTERS: Record<string, string> = {
  ...{ ł: 'l', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't', ŋ: 'n', ı: 'i' },
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' },
};
const SPECIAL_LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Lower case, without accents, ligatures and invisible characters, so that "Café" is found as "cafe". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(SPECIAL_LETTER, (letter) => LETTERS[letter] ?? letter);
}

/**
 * A text without differences of case, accents, spaces and punctuation. Symbols such as + stay: they may distinguish two
 * seats.
 */
export function normalize(text: string): string {
  return fold(text)
    .replace(/\p{Cf}/gu, '')
    .split(/[\s\p{P}]+/u)
    .filter(Boolean)
    .join(' ');
}

/** Scripts that are written without spaces between words. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Mymr}`;
const UNSPACED_RUN = new RegExp(`^[${UNSPACED}]`, 'u');
const RUNS = new RegExp(
  String.raw`(?:(?=[\p{L}\p{N}])[${UNSPACED}])+|(?:(?![${UNSPACED}])[\p{L}\p{N}])+`,
  'gu',
);

/** The runs of letters and digits of a text, folded; scripts with and without spaces are in runs of their own. */
function runsOf(text: string): string[] {
  return fold(text).match(RUNS) ?? [];
}

/** Each character with the next one, as in a bigram index: 東京都 gives 東京, 京都 and 都. */
function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.map((character, index) => character + (characters[index + 1] ?? ''));
}

/**
 * The words of a text that a search finds by their beginnings. They hold folded letters and digits only, so a regular
 * expression needs no escaping. Text without spaces is stored in pairs of characters, so that its inside is found too.
 */
export function wordsOf(text: string): string[] {
  return [...new Set(runsOf(text).flatMap((run) => (UNSPACED_RUN.test(run) ? pairsOf(run) : [run])))];
}

/** Words that say little about what someone looks for, in the languages of the cities' names. */
const SMALL_WORDS = new Set(
  [
    'a an and at for from in of on the to with by ticket tickets live',
    'am an auf bei das dem den der die ein eine fur im in mit und von vom zu zum zur karte karten',
    'au aux chez d de des du en et l la le les un une billet billets',
    'al con da de del della di e el en i il in la las lo los y biglietti entradas',
  ].flatMap((words) => words.split(' ')),
);

/** The terms of a query (see `termsOf`) without small words, unless it has no others. */
export function searchTermsOf(query: string): string[] {
  const terms = termsOf(query);
  const telling = terms.filter((term) => !SMALL_WORDS.has(term));
  return (telling.length > 0 ? telling : terms).slice(0, MAX_TERMS);
}

const MAX_TERMS = 8;

/** The beginnings of words (see `wordsOf`) that a text must all have to match a query. */
export function termsOf(query: string): string[] {
  const terms = runsOf(query).flatMap((run) => {
    if (!UNSPACED_RUN.test(run)) return [run];
    const pairs = pairsOf(run);
    return pairs.length > 1 ? pairs.slice(0, -1) : pairs;
  });
  return [...new Set(terms)];
}
