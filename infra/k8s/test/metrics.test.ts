import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import serviceList from '../../../services.json' with { type: 'json' };
import type { Manifest } from './manifest.ts';
import { describeRendered, renderOne, renderPatched } from './rendered.ts';

const root = join(__dirname, '../../..');
const folders = ['common', ...Object.keys(serviceList)].map((name) => join(root, name, 'src'));
const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8')),
);
const declared = new Set(
  sources.flatMap((text) => [...text.matchAll(/name: '(ticketing_\w+)'/g)].map(([, name]) => name)),
);

const monitoring = join(root, 'infra/k8s/components/monitoring');
const filesIn = (folder: string) => readdirSync(join(monitoring, folder)).map((file) => `${folder}/${file}`);

describe('the alerts and the dashboards', () => {
  it.each([...filesIn('rules'), ...filesIn('dashboards')])(
    'use only metrics that a service has: %s',
    (file) => {
      const text = readFileSync(join(monitoring, file), 'utf8');
      const used = [...text.matchAll(/\bticketing_\w+/g)].map(([name]) =>
        name.replace(/_(bucket|sum|count)$/, ''),
      );

      expect(used.filter((name) => !declared.has(name))).toEqual([]);
    },
  );

  it('measure all services', () => {
    const all = [...filesIn('rules'), ...filesIn('dashboards')].map((file) =>
      readFileSync(join(monitoring, file), 'utf8'),
    );

    expect(new Set(all.join('').match(/\bticketing_\w+/g)).size).toBeGreaterThan(20);
  });
});

describeRendered('what the Prometheus operator reads', () => {
  const releases = (manifests: Manifest[]) =>
    manifests
      .filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'))
      .map(({ metadata: { labels } }) => labels?.release);

  it('has the release of kube-prometheus-stack as a label', () => {
    expect(releases(renderOne('overlays/prod', 'monitoring'))).toEqual(
      Array<string>(5).fill('kube-prometheus-stack'),
    );
  });

  it('has another release with the patch that the README of the component shows', () => {
    const readme = readFileSync(join(monitoring, 'README.md'), 'utf8');
    const [, example = ''] = /```yaml\n(patches:[^]*?)```/.exec(readme) ?? [];
    const { patches } = parse(example) as { patches: object[] };

    const manifests = renderPatched(patches, 'overlays/prod', 'monitoring');

    expect(releases(manifests)).toEqual(Array<string>(5).fill('my-release'));
  });
});
