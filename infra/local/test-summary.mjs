import { relative } from 'node:path';

const SLOWEST = 10;

/** The end of a run for people: the time of each project and the slowest files. */
export function testSummary(results, root) {
  const files = results.flatMap((result) => result.files);
  const projects = new Map();
  for (const { project, ms } of files) {
    const sum = projects.get(project) ?? { files: 0, ms: 0 };
    projects.set(project, { files: sum.files + 1, ms: sum.ms + ms });
  }
  const slowest = files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return [
    'Time per project (its files added up; several run at once)',
    ...[...projects]
      .toSorted(([, a], [, b]) => b.ms - a.ms)
      .map(
        ([name, sum]) => `${seconds(sum.ms)}  ${name} (${sum.files} ${sum.files === 1 ? 'file' : 'files'})`,
      ),
    '',
    'Slowest files',
    ...slowest.map(({ path, ms }) => `${seconds(ms)}  ${relative(root, path)}`),
  ];
}

/** The last line of a run, which CI reads. */
export function totalLine(results) {
  const sum = (count) => results.reduce((total, result) => total + result[count], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped}`;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1).padStart(7)} s`;
