export const longestFiles: string[];

type TestFile = { path: string; context: { hasteFS: { getSize: (path: string) => number } } };

/** What the test needs of Jest's sequencer, whose types do not fit an ES module. */
export default class LongestFirst {
  constructor(options: object);
  time(file: TestFile): number | undefined;
  hasFailed(file: TestFile): boolean;
  sort(files: TestFile[]): TestFile[];
}
