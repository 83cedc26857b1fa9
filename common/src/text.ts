/**
 * The rules for text that people type. Terms and properties are those of Unicode
 * (https://www.unicode.org/reports/tr44/, https://www.unicode.org/reports/tr9/).
 */

/** Half of a surrogate pair: it has no UTF-8 form, so MongoDB would store another text than the response shows. */
const LONE_SURROGATE = /\p{Cs}/u;
/** C0 and C1 controls, among them NUL and escape sequences. */
const CONTROL = /\p{Cc}/u;
const CONTROL_IN_LINES = /[^\P{Cc}\n\t]/u;
const LINE_SEPARATOR = /[\u2028\u2029]/u;
/** Embeddings, overrides, isolates and the deprecated format characters: they rearrange the text after them. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u206f]/u;
/** Soft hyphen, zero-width space, word joiner, invisible operators, byte order mark: copying brings them along. */
const LINE_BREAK_HINT = /[\u00ad\u200b\u2060-\u2064\ufeff]/gu;
/** A joiner that does not follow a character that it could join. */
const LOOSE_JOINER = /(?<![\p{L}\p{M}\p{N}\p{S}])[\u200c\u200d]/gu;
/** Not blank, not a mark without its base, not Default_Ignorable_Code_Point; U+2800 is the blank Braille pattern. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Why a text is refused: `surrogate` (half of a character), `control` (control character, or a line break where one line
 * is expected), `bidi` (changes the direction of the text around it). Undefined for an acceptable text. These are refused,
 * because without them the text would say something else than its author sees.
 */
export function textProblem(
  text: string,
  { lines = false }: { lines?: boolean } = {},
): 'surrogate' | 'control' | 'bidi' | undefined {
  if (LONE_SURROGATE.test(text)) return 'surrogate';
  if (lines ? CONTROL_IN_LINES.test(withLineFeeds(text)) : CONTROL.test(text) || LINE_SEPARATOR.test(text))
    return 'control';
  return BIDI_CONTROL.test(text) ? 'bidi' : undefined;
}

/** Whether a reader sees at least one character of the text. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/**
 * The form in which a text is stored: NFC, trimmed, with `\n` for every line break, without line-break hints and without
 * joiners that join nothing; these are removed, because they are invisible and make equal texts differ. A zero-width
 * joiner or non-joiner after a letter or a symbol stays: Persian, Hindi and emoji need it. A text without any visible
 * character becomes empty.
 */
export function normalizeText(text: string): string {
  const normalized = withLineFeeds(text)
    .normalize('NFC')
    .replace(LINE_BREAK_HINT, '')
    .replace(LOOSE_JOINER, '')
    .trim();
  return isVisible(normalized) ? normalized : '';
}

/** The number of characters as people count them at most: code points, so that an emoji is not two. */
export function lengthOf(text: string): number {
  return [...text].length;
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/gu, '\n');
}
