import type { ReactNode } from 'react';
import { formatterOf } from '../lib/formatter.ts';

export type Values = Record<string, ReactNode | ((content: ReactNode[]) => ReactNode)>;

/**
 * Formats an ICU message: {name}, {count, plural, =0 {…} one {…} other {# …}}, {kind, select, a {…} other {…}} and
 * <tag>…</tag>. The catalogs have no formats for numbers and dates, which lib/money.ts and lib/time.ts own, and no quotes.
 * @see https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */
export function formatMessage(message: string, values: Values, language: string): ReactNode[] {
  let at = 0;

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(message);
    if (found) at = pattern.lastIndex;
    return found;
  }

  /** Up to the end of the message, of an option or of a tag. */
  function parts(count?: ReactNode): ReactNode[] {
    const found: ReactNode[] = [];
    for (let part; ;) {
      if ((part = match(/[^{}<#]+/y))) found.push(part[0]);
      else if ((part = match(/<(\w+)>/y))) {
        const content = parts(count);
        const wrap = values[part[1] ?? ''];
        match(/<\/\w+>/y);
        found.push(typeof wrap === 'function' ? wrap(content) : content);
      } else if (match(/#/y)) found.push(Number(count).toLocaleString(language));
      else if (match(/\{/y)) found.push(...argument());
      else return found;
    }
  }

  function argument(): ReactNode[] {
    const [, name = '', kind] = match(/(\w+)(, \w+, )?/y) ?? [];
    const value = values[name] as ReactNode;
    let chosen = [value];
    if (kind) {
      const options: Record<string, ReactNode[]> = {};
      for (let option; (option = match(/([=\w]+) \{/y)); match(/\} ?/y))
        options[option[1] ?? ''] = parts(value);
      const category =
        typeof value === 'number' ? formatterOf('PluralRules', language).select(value) : String(value);
      chosen = options[`=${value}`] ?? options[category] ?? options.other ?? [];
    }
    match(/\}/y);
    return chosen;
  }

  return parts();
}
