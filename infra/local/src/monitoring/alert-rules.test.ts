import type { AlertRule, RuleTests } from './alert-rules.ts';
import { alertProblems, alertsOf, readRuleFiles, readRuleTests, readRunbook } from './alert-rules.ts';

const rule = (alert: string, page = alert): AlertRule => ({
  alert,
  expr: 'up == 0',
  annotations: { runbook_url: `https://example.com/docs/runbooks/${page}.md` },
});
const testsOf = (alertname: string, ...expected: unknown[][]): RuleTests => ({
  tests: [{ alert_rule_test: expected.map((exp_alerts) => ({ alertname, exp_alerts })) }],
});
const fires = [{ exp_labels: {} }];
const silent: unknown[] = [];
const page = [
  '# Down',
  '## What it means',
  '## How to look',
  '## How to repair',
  '## When to wake someone',
  '',
].join('\n');
const runbooks: Record<string, string> = { README: '[Down](Down.md)', Down: page };
const runbook = (name: string) => runbooks[name];

describe('alertProblems', () => {
  it('finds nothing when each alert of the shop fires in one test, is silent in another and has a runbook', () => {
    const alerts = alertsOf(readRuleFiles());
    const tests = readRuleTests().map(({ content }) => content);

    expect(alerts.length).toBeGreaterThan(10);
    expect(alertProblems(alerts, tests, readRunbook)).toEqual([]);
  });

  it('names an alert without a test in which it fires or is silent', () => {
    expect(alertProblems([rule('Down')], [testsOf('Down', silent)], runbook)).toEqual([
      'Down: no test in which it fires',
    ]);
    expect(alertProblems([rule('Down')], [testsOf('Down', fires)], runbook)).toEqual([
      'Down: no test in which it is silent',
    ]);
  });

  it('names an alert without a runbook, or whose link leads to another one', () => {
    expect(alertProblems([rule('Late')], [testsOf('Late', fires, silent)], runbook)).toEqual([
      'Late: no page docs/runbooks/Late.md',
      'Late: no line in docs/runbooks/README.md',
    ]);
    expect(alertProblems([rule('Down', 'Late')], [testsOf('Down', fires, silent)], runbook)).toEqual([
      'Down: no runbook_url of its page',
    ]);
  });

  it('names a section that a runbook lacks', () => {
    const short = (name: string) => runbook(name)?.replace('## How to repair\n', '');

    expect(alertProblems([rule('Down')], [testsOf('Down', fires, silent)], short)).toEqual([
      'Down: no section How to repair',
    ]);
  });

  it('names a test of an alert that does not exist', () => {
    const tests = [testsOf('Down', fires, silent), testsOf('Removed', fires)];

    expect(alertProblems([rule('Down')], tests, runbook)).toEqual([
      'Removed: tested, but there is no such alert',
    ]);
  });
});
