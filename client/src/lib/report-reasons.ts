import { messages } from '../i18n/translate.ts';
import type { Report } from './types.ts';

/** A record, so that a new reason in the contract does not compile until it is added here. */
export const reportReasons: Record<Report['reason'], string> = messages({
  forged: 'The ticket is forged or used',
  not_theirs: 'It does not belong to the seller',
  misleading: 'The description is wrong',
  price: 'The price is not allowed',
  offensive: 'The text is offensive',
  other: 'Something else',
});
