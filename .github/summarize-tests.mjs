// What a job tested, as Markdown for its summary: node .github/summarize-tests.mjs <project>, after `npm test -- <project>`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folders = { stripe: 'infra/stripe', local: 'infra/local' };
const SLOWEST = 10;

/** `results` are Jest's reports (--json), `coverage` its json-summary; both name files by absolute paths below `root`. */
export function summarize(project, root, results, coverage = {}) {
  const files = results
    .flatMap(({ testResults }) => testResults)
    .map(({ name, startTime, endTime, assertionResults }) => ({
      name: name.replace(`${root}/`, ''),
      seconds: Math.max(0, endTime - startTime) / 1000,
      tests: assertionResults.length,
    }))
    .sort((a, b) => b.seconds - a.seconds);
  const count = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const seconds = files.reduce((sum, file) => sum + file.seconds, 0);
  return [
    `### ${project}`,
    '',
    '| passed | failed | skipped | seconds | lines | branches | functions |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    `| ${[
      count('numPassedTests'),
      count('numFailedTests') + count('numRuntimeErrorTestSuites'),
      count('numPendingTests'),
      seconds.toFixed(1),
      ...['lines', 'branches', 'functions'].map((what) => percentage(project, root, coverage, what)),
    ].join(' | ')} |`,
    '',
    '| slowest files | tests | seconds |',
    '| --- | --- | --- |',
    ...files
      .slice(0, SLOWEST)
      .map(({ name, tests, seconds }) => `| ${name} | ${tests} | ${seconds.toFixed(1)} |`),
    '',
  ].join('\n');
}

/** Of the project's own sources: its tests also load those of common, which has a job of its own. */
function percentage(project, root, coverage, what) {
  const sources = `${root}/${folders[project] ?? project}/src/`;
  const own = Object.entries(coverage).filter(([file]) => file.startsWith(sources));
  const sum = (key) => own.reduce((total, [, file]) => total + file[what][key], 0);
  return own.length === 0 ? '–' : `${((100 * sum('covered')) / Math.max(1, sum('total'))).toFixed(1)} %`;
}

if (process.argv[1] === import.meta.filename) {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const folder = join(root, 'node_modules/.cache/ticketing/results');
  const reports = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const coverage = join(root, 'coverage/coverage-summary.json');
  const results = reports.map((name) => read(join(folder, name)));
  process.stdout.write(
    summarize(process.argv[2] ?? 'tests', root, results, existsSync(coverage) ? read(coverage) : {}),
  );
}
