import 'server-only';
import { use } from 'react';
import { getTranslate } from './server.ts';
import type { Translate } from './translate.ts';

/** What '#use-translate' is for server components, which have no context. */
export function useTranslate(): Translate {
  return use(getTranslate());
}
