import { writeFileSync } from 'node:fs';

/**
 * A Jest reporter that writes what one run of Jest counted, with the project and the duration of each file, to the
 * file RESULTS_FILE, once the run is over.
 */
export default class ResultsReporter {
  #files = [];

  onTestFileResult({ path, context }, { perfStats }) {
    const { displayName, rootDir } = context.config;
    this.#files.push({ project: displayName?.name ?? rootDir, path, ms: perfStats.end - perfStats.start });
  }

  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = results;
    const counted = {
      passed: numPassedTests,
      // A file that could not run counts as one failure.
      failed: numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: numPendingTests + numTodoTests,
      files: this.#files,
    };
    writeFileSync(process.env.RESULTS_FILE, JSON.stringify(counted));
  }
}
