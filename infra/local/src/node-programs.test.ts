import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from './build.ts';
import { inspectorPort, serviceFlags } from './node-programs.ts';
import { root } from './system.ts';

type LaunchFile = { configurations: { name: string; port: number }[] };

describe('inspectorPort', () => {
  it('is the port that .vscode/launch.json names for each service', () => {
    const { configurations } = JSON.parse(
      readFileSync(join(root, '.vscode/launch.json'), 'utf8'),
    ) as LaunchFile;

    expect(configurations.map(({ name, port }) => ({ name, port }))).toEqual(
      services.map((service) => ({ name: `Attach to ${service}`, port: inspectorPort(service) })),
    );
  });
});

describe('serviceFlags', () => {
  it('are those of the pods: the limit of the heap from the manifests, the rest from the image', () => {
    const dockerfile = readFileSync(join(root, 'infra/docker/service.Dockerfile'), 'utf8');
    const command = JSON.parse(/^CMD (.*--enable-source-maps.*)$/m.exec(dockerfile)?.[1] ?? '') as string[];
    const manifest = readFileSync(join(root, 'infra/k8s/base/orders/orders.yaml'), 'utf8');
    const limit = /NODE_OPTIONS, value: (\S+)/.exec(manifest)?.[1];

    expect([limit, ...command]).toEqual([...serviceFlags, 'dist/index.js']);
  });
});
