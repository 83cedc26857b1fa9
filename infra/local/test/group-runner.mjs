import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import TestRunner, { CallbackTestRunner } from 'jest-runner';

const cache = join(import.meta.dirname, '../../../node_modules/.cache/ticketing');

/**
 * A Jest runner that runs many test files in a few groups. Jest loads itself and all modules again for each file, which
 * takes longer than the tests of the rules themselves; the files of a group share what is loaded. Reports and patterns
 * are those of the single files. Not for tests that keep snapshots or change modules for the whole file.
 */
export default class GroupRunner extends CallbackTestRunner {
  async runTests(tests, watcher, onStart, onResult, onFailure, options) {
    const run = (some, then) => this.#run(some, watcher, options, then);
    const single = { onStart, onResult, onFailure };
    const { testNamePattern, watch, watchAll, maxWorkers } = this._globalConfig;
    const count = options.serial ? 1 : Math.min(maxWorkers, availableParallelism());
    // A name would have to match without the path of its file, and a few files gain nothing.
    if (testNamePattern || watch || watchAll || tests.length <= 2 * count) return run(tests, single);

    const groups = dealOut(tests, count).map(writeGroup);
    const failed = [];
    try {
      await run(groups, {
        onStart: ({ files }) => Promise.all(files.map(onStart)),
        onResult: (group, result) =>
          hasPassed(result)
            ? Promise.all(group.files.map((file, index) => onResult(file, resultOf(file, index, result))))
            : failed.push({ group, why: result.failureMessage }),
        onFailure: (group, { message }) => failed.push({ group, why: message }),
      });
    } finally {
      for (const { path } of groups) rmSync(path, { force: true });
    }
    for (const { group, why } of failed) await runSingly(group.files, why, run, single);
  }

  #run(tests, watcher, options, { onStart, onResult, onFailure }) {
    const runner = new TestRunner(this._globalConfig, this._context);
    runner.on('test-file-start', ([test]) => onStart(test));
    runner.on('test-file-success', ([test, result]) => onResult(test, result));
    runner.on('test-file-failure', ([test, error]) => onFailure(test, error));
    return runner.runTests(tests, watcher, options);
  }
}

/** Runs the files of a failed group again, for the report that Jest gives of each. They must not pass now. */
async function runSingly(files, why, run, { onStart, onResult, onFailure }) {
  const passed = [];
  let hasFailed = false;
  await run(files, {
    onStart,
    onResult: (file, result) => {
      if (hasPassed(result)) return passed.push([file, result]);
      hasFailed = true;
      return onResult(file, result);
    },
    onFailure: (file, error) => {
      hasFailed = true;
      return onFailure(file, error);
    },
  });
  for (const [index, [file, result]] of passed.entries()) {
    if (hasFailed || index > 0) await onResult(file, result);
    else await onFailure(file, { message: `Fails only together with other files:\n${why}`, stack: '' });
  }
}

/** The files come longest first, so each group gets its share of the long ones. */
function dealOut(files, count) {
  return Array.from({ length: count }, (_, group) => files.filter((_file, index) => index % count === group));
}

function writeGroup(files, index) {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `group-${process.pid}-${index}.cjs`);
  const lines = files.map((file) => {
    const quoted = JSON.stringify(file.path);
    return `describe(${quoted}, () => { require(${quoted}); });\n`;
  });
  writeFileSync(path, lines.join(''));
  return { path, context: files[0].context, files };
}

function hasPassed({ numFailingTests, testExecError }) {
  return numFailingTests === 0 && !testExecError;
}

/** The part of one file in the result of its group; what cannot be divided goes to the first file. */
function resultOf({ path }, index, result) {
  const testResults = result.testResults
    .filter(({ ancestorTitles }) => ancestorTitles[0] === path)
    .map((test) => ({
      ...test,
      ancestorTitles: test.ancestorTitles.slice(1),
      fullName: test.fullName.slice(path.length + 1),
    }));
  const count = (status) => testResults.filter((test) => test.status === status).length;
  const runtime = testResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  const { start } = result.perfStats;
  return {
    ...result,
    ...(index > 0 && { console: undefined, coverage: undefined, v8Coverage: undefined }),
    testFilePath: path,
    testResults,
    numPassingTests: count('passed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    perfStats: { ...result.perfStats, end: start + runtime, runtime },
  };
}
