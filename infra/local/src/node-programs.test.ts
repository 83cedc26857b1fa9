import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from './build.ts';
import { inspectorPort } from './node-programs.ts';
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
