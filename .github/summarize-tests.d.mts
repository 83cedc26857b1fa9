type File = {
  name: string;
  startTime: number;
  endTime: number;
  assertionResults: unknown[];
};
type Report = Record<
  'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numRuntimeErrorTestSuites',
  number
> & { testResults: File[] };
type Counter = { total: number; covered: number };

export function summarize(
  project: string,
  root: string,
  results: Report[],
  coverage?: Record<string, Record<'lines' | 'branches' | 'functions', Counter>>,
): string;
