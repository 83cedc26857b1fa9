import type { ReactNode } from 'react';

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
  function parts(count?: number): ReactNode[] {
    const found: ReactNode[] = [];
    for (;;) {
      const text = match(/[^{}<#]+/y)?.[0];
      const tag = text === undefined ? match(/<(\w+)>/y)?.[1] : undefined;
      if (text !== undefined) found.push(text);
      else if (tag !== undefined) {
        const content = parts(count);
        match(/<\/\w+>/y);
        const wrap = values[tag];
        found.push(typeof wrap === 'function' ? wrap(content) : content);
      } else if (match(/#/y)) found.push(count?.toLocaleString(language) ?? '#');
      else if (match(/\{/y)) found.push(...argument());
      else return found;
    }
  }

  function argument(): ReactNode[] {
    const [, name = '', kind] = match(/(\w+)(?:, (plural|select),)?\s*/y) ?? [];
    const value = values[name];
    let chosen: ReactNode[] = [value as ReactNode];
    if (kind) {
      const count = kind === 'plural' ? Number(value) : undefined;
      const category = count === undefined ? value : new Intl.PluralRules(language).select(count);
      const options: Record<string, ReactNode[]> = {};
      for (let option; (option = match(/([=\w]+) \{/y)); match(/\}\s*/y))
        options[option[1] ?? ''] = parts(count);
      chosen = options[`=${count}`] ?? options[String(category)] ?? options.other ?? [];
    }
    match(/\}/y);
    return chosen;
  }

  return parts();
}
