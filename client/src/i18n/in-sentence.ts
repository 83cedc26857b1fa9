import type { Translate } from './translate.ts';

/** A label in the middle of a sentence: English begins it with a small letter, and German keeps its nouns. */
export function inSentence({ locale }: Translate, label: string): string {
  return locale === 'de' ? label : label.toLowerCase();
}
