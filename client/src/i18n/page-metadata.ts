import type { Metadata } from 'next';
import { getTranslate } from './server.ts';

/** The metadata of a page whose title is a message. */
export function pageMetadata(title: string, rest: Metadata = {}): () => Promise<Metadata> {
  return async () => ({ title: (await getTranslate())(title), ...rest });
}
