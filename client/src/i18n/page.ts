import { english, type Translate } from './translate.ts';

let current = english;

/** For code that runs in the browser only, outside of components. The language of a page never changes in it. */
export const pageTranslate = (): Translate => current;

export function setPageTranslate(t: Translate): void {
  current = t;
}
