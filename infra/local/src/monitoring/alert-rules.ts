import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../../../..');
const component = join(root, 'infra/k8s/components/monitoring');

export type AlertRule = { alert: string; expr: string; annotations: { runbook_url?: string } };
type Rule = AlertRule | { record: string; expr: string };
/** The part of a PrometheusRule that Prometheus itself reads. */
export type RuleFile = { name: string; spec: { groups: { name: string; rules: Rule[] }[] } };
/** The part of a test file of `promtool test rules` that says when an alert fires. */
export type RuleTests = {
  tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[];
};

/** The rules of the component `monitoring`; `name` is the name of the file. */
export function readRuleFiles(): RuleFile[] {
  return readYaml<{ spec: RuleFile['spec'] }>('rules').map(({ name, content: { spec } }) => ({ name, spec }));
}

/** The files with the cases of `promtool test rules`. */
export function readRuleTests(): { name: string; content: RuleTests }[] {
  return readYaml<RuleTests>('tests');
}

function readYaml<T>(folder: string): { name: string; content: T }[] {
  return readdirSync(join(component, folder)).map((name) => ({
    name,
    content: parse(readFileSync(join(component, folder, name), 'utf8')) as T,
  }));
}

export function alertsOf(files: readonly RuleFile[]): AlertRule[] {
  const rules = files.flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules));
  return rules.filter((rule) => 'alert' in rule);
}

/** The runbook of an alert, or undefined when it has none. */
export function readRunbook(name: string): string | undefined {
  const page = join(root, 'docs/runbooks', `${name}.md`);
  return existsSync(page) ? readFileSync(page, 'utf8') : undefined;
}

/**
 * What the alerts lack, one line each: a case in which the alert fires, one in which it is silent, a runbook with every
 * section, its address in the annotation, and its line in the index of the runbooks.
 */
export function alertProblems(
  alerts: readonly AlertRule[],
  tests: readonly RuleTests[],
  runbook: (name: string) => string | undefined,
): string[] {
  const cases = tests.flatMap((file) => file.tests.flatMap((test) => test.alert_rule_test ?? []));
  const index = runbook('README') ?? '';
  const problems = alerts.flatMap(({ alert, annotations }) => {
    const own = cases.filter(({ alertname }) => alertname === alert);
    const page = runbook(alert);
    const found = [
      !own.some(({ exp_alerts: expected = [] }) => expected.length > 0) && 'no test in which it fires',
      !own.some(({ exp_alerts: expected = [] }) => expected.length === 0) && 'no test in which it is silent',
      !annotations.runbook_url?.endsWith(`/docs/runbooks/${alert}.md`) && 'no runbook_url of its page',
      page === undefined && `no page docs/runbooks/${alert}.md`,
      ...sections.map((section) => page?.includes(`\n## ${section}\n`) === false && `no section ${section}`),
      !index.includes(`](${alert}.md)`) && 'no line in docs/runbooks/README.md',
    ];
    return found.filter((problem) => problem !== false).map((problem) => `${alert}: ${problem}`);
  });
  const unknown = cases.filter(({ alertname }) => !alerts.some(({ alert }) => alert === alertname));
  return [...problems, ...unknown.map(({ alertname }) => `${alertname}: tested, but there is no such alert`)];
}

/** What someone who is woken up wants to know, in this order. */
const sections = ['What it means', 'How to look', 'How to repair', 'When to wake someone'];
