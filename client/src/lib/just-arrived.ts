import { messages } from '../i18n/translate.ts';

/** A file of its own, because every page with a list has this text, and no other part of answers.ts. */
export const JUST_ARRIVED = messages('One moment, this listing has just arrived.');
