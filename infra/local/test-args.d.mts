export const wholeSystem: string[];
export function parseTestArgs(
  words: string[],
  known: string[],
):
  | { error: string; projects?: undefined; rest?: undefined; isWatching?: undefined }
  | { error?: undefined; projects: string[]; rest: string[]; isWatching: boolean };
export function jestRuns(projects: string[]): string[][];
