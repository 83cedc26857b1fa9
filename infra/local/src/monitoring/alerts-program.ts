// npm run alerts: tests the alert rules with promtool. With --may-skip it exits with 77 when there is no promtool.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getServers } from '../servers/get-servers.ts';
import { alertProblems, alertsOf, readRuleFiles, readRuleTests, readRunbook } from './alert-rules.ts';

const SKIPPED = 77; // as in Automake

const rules = readRuleFiles();
const tests = readRuleTests();

/** Writes rules and tests into one folder as promtool reads them, runs it there and returns its exit code. */
function testRules(promtool: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'alert-rules-'));
  try {
    for (const { name, spec } of rules) writeFileSync(join(folder, name), JSON.stringify(spec));
    const files = tests.map(({ name, content }) => {
      writeFileSync(join(folder, `test-${name}`), JSON.stringify(content));
      return `test-${name}`;
    });
    return spawnSync(promtool, ['test', 'rules', ...files], { cwd: folder, stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const problems = alertProblems(
  alertsOf(rules),
  tests.map(({ content }) => content),
  readRunbook,
);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);

const report = (line: string) => void process.stderr.write(`${line}\n`);
const found = await getServers(report, ['promtool']).catch((error: Error) => error);
if (found instanceof Error) {
  process.stderr.write(
    `${found.message}\nThe tests of the alert rules did not run, because there is no promtool.\n`,
  );
  process.exit(process.argv.includes('--may-skip') ? SKIPPED : 1);
}
process.exit(testRules(found.promtool));
