import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import serviceList from '../../../services.json' with { type: 'json' };

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

describe('the alerts and the dashboard', () => {
  it.each([
    'rules.yaml',
    ...readdirSync(join(root, 'infra/k8s/components/monitoring/dashboards')).map(
      (file) => `dashboards/${file}`,
    ),
  ])('use only metrics that a service has: %s', (file) => {
    const text = readFileSync(join(root, 'infra/k8s/components/monitoring', file), 'utf8');
    const used = [...text.matchAll(/\bticketing_\w+/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ''),
    );

    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !declared.has(name))).toEqual([]);
  });
});
