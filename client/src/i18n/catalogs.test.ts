import browser from '../../messages/de/browser.json';
import errors from '../../messages/de/errors.json';
import server from '../../messages/de/server.json';
import { findMessages } from '../../test/find-messages.ts';
import { timeZones } from '../server/time-zones.ts';
import { formatMessage, type Values } from './format-message.ts';
import { pseudo } from './pseudo.ts';
import type { Messages } from './translate.ts';

const german: Record<string, Messages> = { browser, errors, server };
const { catalogs, composed } = findMessages();
/** The names of cities are messages, see `formatTimeZone`. */
const cities = new Set(timeZones.map((zone) => zone.split('/').at(-1)?.replace('_', ' ')));

/** The names of all arguments and tags of a message, in every option. */
function argumentsOf(message: string): string {
  const names = new Set<string>();
  const values = new Proxy({} as Values, {
    get: (_, name) => {
      names.add(String(name));
      return /^[a-z]+$/.test(String(name)) && message.includes(`<${String(name)}>`)
        ? (content: unknown) => content
        : 1;
    },
  });
  formatMessage(message, values, 'de-DE');
  return [...names].sort().join(' ');
}

describe.each(Object.entries(catalogs))('the German catalog messages/de/%s.json', (name, wanted) => {
  const texts = german[name] ?? {};

  it('translates every message of the source', () => {
    expect([...wanted].filter((text) => !Object.hasOwn(texts, text))).toEqual([]);
  });

  it('has no message that the source does not use', () => {
    expect(Object.keys(texts).filter((text) => !wanted.has(text) && !cities.has(text))).toEqual([]);
  });

  it('uses the arguments and the tags of the English messages', () => {
    const differing = Object.entries(texts).filter(
      ([text, translated]) => argumentsOf(text) !== argumentsOf(translated),
    );
    expect(differing).toEqual([]);
  });

  it('has no apostrophes, which ICU reads as quotes, and is sorted', () => {
    expect(Object.values(texts).filter((text) => text.includes("'") || text.trim() === '')).toEqual([]);
    const keys = Object.keys(texts);
    expect(keys).toEqual(keys.toSorted());
  });
});

describe('the messages of the source', () => {
  it('are constant, so that this test finds all of them', () => {
    expect(composed).toEqual([]);
  });

  it('keep their arguments in the pseudo-locale', () => {
    const all = Object.values(catalogs).flatMap((texts) => [...texts]);
    expect(all.length).toBeGreaterThan(500);
    expect(all.filter((text) => argumentsOf(pseudo(text)) !== argumentsOf(text))).toEqual([]);
  });
});
