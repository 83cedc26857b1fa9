import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import TestRunner, { CallbackTestRunner } from 'jest-runner';

const cache = join(import.meta.dirname, '../../../node_modules/.cache/ticketing');

/**
 * A Jest runner that runs the test files of some projects in a few groups. Jest loads itself and all modules again for each
 * file, which takes longer than most of their tests; the files of a group share what is loaded, and run one after the other.
 * Reports and patterns are those of the single files. Not for tests that keep snapshots or change modules for the whole file.
 */
export default class GroupRunner extends CallbackTestRunner {
  async runTests(tests, watcher, onStart, onResult, onFailure, options) {
    const run = (some, then) => this.#run(some, watcher, options, then);
    const single = { onStart, onResult, onFailure };
    const { testNamePattern, watch, watchAll, maxWorkers } = this._globalConfig;
    // A name would have to match without the path of its file.
    if (testNamePattern || watch || watchAll) return run(tests, single);

    const items = inGroups(tests, options.serial ? 1 : maxWorkers);
    const failed = [];
    try {
      await run(items, {
        onStart: (item) => Promise.all((item.files ?? [item]).map(onStart)),
        onResult: (item, result) => {
          if (!item.files) return onResult(item, result);
          if (!hasPassed(result)) return failed.push({ group: item, why: result.failureMessage });
          return Promise.all(item.files.map((file, index) => onResult(file, resultOf(file, index, result))));
        },
        onFailure: (item, error) =>
          item.files ? failed.push({ group: item, why: error.message }) : onFailure(item, error),
      });
    } finally {
      for (const { files, path } of items) if (files) rmSync(path, { force: true });
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

/**
 * `inGroups` of a project's testEnvironmentOptions has a pattern and a count: the `files` whose paths match become `count`
 * groups, which stand where the first of these files would. A few files gain nothing together.
 */
function inGroups(tests, maxWorkers) {
  const items = new Map(tests.map((test) => [test, [test]]));
  for (const context of new Set(tests.map((test) => test.context))) {
    const wanted = context.config.testEnvironmentOptions.inGroups;
    if (!wanted) continue;
    const count = Math.min(wanted.count, maxWorkers);
    const files = tests.filter((test) => test.context === context && test.path.match(wanted.files));
    if (files.length <= 2 * count) continue;
    for (const file of files) items.set(file, []);
    items.set(files[0], dealOut(files, count).map(writeGroup));
  }
  return [...items.values()].flat();
}

/** The files come longest first, so each group gets its share of the long ones. */
function dealOut(files, count) {
  return Array.from({ length: count }, (_, group) => files.filter((_file, index) => index % count === group));
}

function writeGroup(files, index) {
  mkdirSync(cache, { recursive: true });
  const [{ context }] = files;
  const path = join(cache, `group-${process.pid}-${context.config.id}-${index}.cjs`);
  const lines = files.map((file) => {
    const quoted = JSON.stringify(file.path);
    return `describe(${quoted}, () => { require(${quoted}); });\n`;
  });
  writeFileSync(path, lines.join(''));
  return { path, context, files };
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
