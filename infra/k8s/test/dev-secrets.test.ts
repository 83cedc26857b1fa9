import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

it('several runs at once create the same secrets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-secrets-'));
  const program = join(folder, 'dev-secrets.mjs');
  copyFileSync(join(__dirname, '../dev-secrets.mjs'), program);
  const secrets = join(folder, 'overlays/dev/platform/secrets');
  const names = () => readdirSync(secrets).filter((name) => /\.(pem|env|conf)$/.test(name));
  const content = () => names().map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
  const runAndRead = async () => {
    await promisify(execFile)(process.execPath, [program], { env: { PATH: process.env.PATH } });
    return content();
  };

  const [first, ...others] = await Promise.all([runAndRead(), runAndRead(), runAndRead()]);

  expect(first?.map(([name]) => name)).toEqual(expect.arrayContaining(['private.pem', 'stripe.env']));
  expect(others).toEqual([first, first]);
  rmSync(folder, { recursive: true });
});
