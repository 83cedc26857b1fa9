export type Rule = { pattern: RegExp; replacement: string; only: string[]; not: string[] };
export type Finding = { line: number; found: string; replacement: string };

/** Parses the format that the head of retired-words.txt describes. Throws on a line without a replacement. */
export function parseRules(text: string): Rule[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map(parseRule);
}

function parseRule(line: string): Rule {
  const [words, rest] = line.split(' → ');
  if (!words || !rest) throw new Error(`No replacement in retired-words.txt: ${line}`);
  const [replacement = '', scope = ''] = rest.split(' | ');
  const paths = (kind: string) =>
    scope.startsWith(`${kind}: `) ? scope.slice(kind.length + 2).split(' ') : [];
  const [only, not] = [paths('only'), paths('not')];
  if (scope !== '' && only.length + not.length === 0)
    throw new Error(`Unknown scope in retired-words.txt: ${line}`);
  return { pattern: patternOf(words), replacement, only, not };
}

function patternOf(words: string): RegExp {
  const [, expression, flags = ''] = /^\/(.*)\/(i?)$/.exec(words) ?? [];
  if (expression !== undefined) return new RegExp(expression, `g${flags}`);
  const alternatives = words.split(',').flatMap((word) => spellings(word.trim()));
  return new RegExp(alternatives.join('|'), 'g');
}

/** "set aside" matches also `setAside`, `SetAside`, `set_aside`, and the two words on two lines of a comment. */
function spellings(word: string): string[] {
  if (/[A-Z]/.test(word))
    return [startsPart(capitalize(word)), ...(/^[a-z]/.test(word) ? [startsName(word)] : [])];
  const parts = word.split(/[ -]/).map((part) => part.replace('*', '[a-z]*'));
  const between = parts.length > 1 ? String.raw`(?:[\s*#/]+|[-_])` : '';
  const inProse = parts.map((part) => anyCase(part)).join(between);
  const inName = parts.map(capitalize).join('');
  const [first = '', ...others] = parts;
  const atStart = first + others.map(capitalize).join('');
  return [
    String.raw`(?<![A-Za-z])${inProse}(?![a-z])`,
    startsPart(inName),
    ...(parts.length > 1 ? [startsName(atStart)] : []),
  ];
}

const startsPart = (text: string) => `(?<![A-Z])${text}(?![a-z])`;
const startsName = (text: string) => `(?<![A-Za-z])${text}(?![a-z])`;
const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const anyCase = (text: string) => `(?:${text}|${capitalize(text)}|${text.toUpperCase()})`;

/** Returns each match of a rule in the file; a match in its path has line 0. */
export function findWords(rules: Rule[], path: string, text: string): Finding[] {
  return rules
    .filter(({ only, not }) => (only.length === 0 || only.some(isAbove(path))) && !not.some(isAbove(path)))
    .flatMap(({ pattern, replacement }) =>
      [...`${path}\n${text}`.matchAll(pattern)].map(({ 0: found, index }) => ({
        line: lineAt(`${path}\n${text}`, index),
        found: found.replaceAll(/\s+/g, ' '),
        replacement,
      })),
    )
    .sort((a, b) => a.line - b.line);
}

const isAbove = (path: string) => (folder: string) => path === folder || path.startsWith(`${folder}/`);
const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length - 1;
