import 'server-only';
import { readConfig } from './config.ts';

/** The public origin, for addresses that leave the site. */
export function publicOrigin(): string {
  return readConfig().publicOrigin ?? 'http://localhost:3000';
}
