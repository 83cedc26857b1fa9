/** Each file of these starts the whole system, so they run after the others. */
export const wholeSystem = ['e2e', 'browser'];

/** A file waits for a third of its time, so three of them leave a core idle now and then. Each needs up to two gigabytes. */
export const SYSTEMS_AT_ONCE = 4;

/**
 * Reads the words after `npm test --`: first the projects, then what Jest gets (patterns of test files, options).
 * Without words all projects run. Returns `error`, a text for people, where the words make no sense.
 */
export function parseTestArgs(words, known) {
  const firstOther = words.findIndex((word) => !known.includes(word));
  const named = firstOther === -1 ? words : words.slice(0, firstOther);
  const rest = firstOther === -1 ? [] : words.slice(firstOther);
  if (named.length === 0 && rest.length > 0) {
    return {
      error: [
        rest[0].startsWith('-')
          ? `Name a project before the options of Jest, such as ${rest[0]}.`
          : `There is no project ${rest[0]}.`,
        `Projects: ${known.join(', ')}.`,
        'One test file: its project first, then a part of its path: npm test -- orders create-order',
      ].join('\n'),
    };
  }
  const projects = known.filter((name) => named.length === 0 || named.includes(name));
  const isWatching = rest.some((word) => /^--watch(All)?$/.test(word));
  if (isWatching && jestRuns(projects).length > 1) {
    return { error: `Watch one project at a time; ${projects.join(' and ')} do not run in one Jest.` };
  }
  return { projects, rest, isWatching };
}

/** Which projects run together in one Jest, in which order. */
export function jestRuns(projects) {
  const isSystem = (name) => wholeSystem.includes(name);
  return [
    projects.filter((name) => name !== 'client' && !isSystem(name)),
    projects.filter((name) => name === 'client'),
    projects.filter(isSystem),
  ].filter((names) => names.length > 0);
}
