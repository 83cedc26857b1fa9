import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const common = join(root, 'common');
let folder: string;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('can be packed, installed and imported outside the workspace', () => {
  folder = mkdtempSync(join(tmpdir(), 'outsider-'));
  const packed = execFileSync('npm', ['pack', '--silent', '--json', '--pack-destination', folder], {
    cwd: common,
    encoding: 'utf8',
  });
  const { filename, files } = (
    JSON.parse(packed.slice(packed.indexOf('['))) as [{ filename: string; files: { path: string }[] }]
  )[0];
  const installed = join(folder, 'node_modules/@ticketing/common');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(common, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    const places = [common, root].map((place) => join(place, 'node_modules', name));
    symlinkSync(places.find((place) => existsSync(place)) ?? '', join(folder, 'node_modules', name));
  }
  writeFileSync(
    join(folder, 'outsider.mjs'),
    `import { cloudEvent, checkEvent, newId, toMinorUnits } from '@ticketing/common';
     import { inMemoryEventBus } from '@ticketing/common/testing';
     const bus = inMemoryEventBus();
     const data = { userId: newId(), sid: null, sessionVersion: 1 };
     await bus.publish(checkEvent(cloudEvent('session:ended', { id: 'user:1:1', source: 'auth', subject: '1' }, data)));
     console.log(JSON.stringify([bus.published[0].name, toMinorUnits(19.99, 'usd')]));`,
  );

  const output = execFileSync(process.execPath, ['outsider.mjs'], { cwd: folder, encoding: 'utf8' });

  expect(JSON.parse(output)).toEqual(['session:ended', 1999]);
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']),
  );
  // The sources are packed, because the export condition `source` and the source maps point to them.
  const { exports } = JSON.parse(readFileSync(join(common, 'package.json'), 'utf8')) as {
    exports: Record<string, Record<string, string>>;
  };
  const exported = Object.values(exports).flatMap((conditions) => Object.values(conditions));
  expect(paths).toEqual(expect.arrayContaining(exported.map((path) => path.replace('./', ''))));
  expect(paths.filter((path) => /\.test\.|^test\//.test(path))).toEqual([]);
}, 120_000);
