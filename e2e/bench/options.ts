import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { experiments } from './experiments/index.ts';
import { optimizations } from './optimizations.ts';
import type { Report } from './report.ts';
import { scenarios } from './scenarios/index.ts';

export type Options = ReturnType<typeof readOptions>;

/** @throws when a name is unknown, with all names. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      without: { type: 'string' },
      against: { type: 'string' },
      out: { type: 'string' },
      profile: { type: 'string' },
      allocation: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      limits: { type: 'boolean', default: false },
    },
  });
  const { only, without, all, quick } = values;
  return {
    ...values,
    rounds: Number(values.rounds ?? (quick ? 2 : 5)),
    before: values.against ? (JSON.parse(readFileSync(values.against, 'utf8')) as Report) : undefined,
    profileFolder: values.profile && resolve(values.profile),
    scenarios: choose(scenarios, only, [...scenarios, ...experiments]),
    experiments: choose(experiments, only, [...scenarios, ...experiments]).filter(
      ({ slow }) => only !== undefined || all || !slow,
    ),
    optimizations:
      without === undefined ? [] : choose(optimizations, without === 'all' ? undefined : without),
  };
}

/** Those that a comma-separated list names; all without a list. Each name of the list must be one of `known`. */
function choose<T extends { name: string }>(
  items: readonly T[],
  list: string | undefined,
  known: readonly { name: string }[] = items,
): T[] {
  const names = list?.split(',');
  const unknown = names?.filter((name) => !known.some((item) => item.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. Known are ${known.map(({ name }) => name).join(', ')}.`);
  return items.filter(({ name }) => names?.includes(name) ?? true);
}
