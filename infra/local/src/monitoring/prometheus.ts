import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../managed-process.ts';
import type { Plan } from '../plan.ts';
import { freePort, isOk } from '../ports.ts';
import { inheritedEnv } from '../program-env.ts';
import { readRuleFiles } from './alert-rules.ts';
import { dashboards } from './dashboards.ts';

/** Shorter than in the cluster, where it is 15 s: a developer waits for the next one. */
const SCRAPE = '5s';

/** `job` is the service and `pod` the process, the labels of the cluster. */
export type Target = { job: string; pod: string; url: string };

/** Prometheus, which scrapes the services, evaluates the alerts of the cluster and serves a page with the dashboards. */
export async function prometheusProgram(
  { folder, root }: Plan,
  command: string,
  targets: readonly Target[],
): Promise<Program> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = join(folder, 'prometheus');
  const data = join(folder, 'data/prometheus');
  for (const part of [data, join(own, 'rules'), join(own, 'pages')]) mkdirSync(part, { recursive: true });
  for (const { name, spec } of readRuleFiles()) writeFileSync(join(own, 'rules', name), JSON.stringify(spec));
  writeFileSync(join(own, 'prometheus.json'), JSON.stringify(prometheusConfig(targets)));
  writeFileSync(join(own, 'pages/index.html'), dashboardPage());
  return {
    name: 'prometheus',
    command,
    args: [
      `--config.file=${join(own, 'prometheus.json')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.console.templates=${join(own, 'pages')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=7d',
      '--log.level=warn',
    ],
    cwd: root,
    env: inheritedEnv(),
    url,
    isReady: () => isOk(`${url}/-/ready`),
  };
}

/** Prometheus reads YAML, which every JSON is. */
function prometheusConfig(targets: readonly Target[]): object {
  return {
    global: { scrape_interval: SCRAPE, scrape_timeout: SCRAPE, evaluation_interval: SCRAPE },
    rule_files: ['rules/*.yaml'],
    scrape_configs: [
      {
        job_name: 'ticketing',
        static_configs: targets.map(({ job, pod, url }) => ({
          targets: [new URL(url).host],
          labels: { job, pod },
        })),
      },
    ],
  };
}

/** Prometheus serves it as a console template, so a brace of a legend would begin an expression of that template. */
function dashboardPage(): string {
  const page = readFileSync(join(import.meta.dirname, 'dashboards.html'), 'utf8');
  return page.replace('[/* dashboards */]', () =>
    JSON.stringify(dashboards).replaceAll('{{', '{\\u007b').replaceAll('<', '\\u003c'),
  );
}
