import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const shop = useShop();

it('the commands in the README end with a complete order, a sold ticket and one capture', async () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const script = /```sh\n(shop=[^]*?)```/.exec(readme)?.[1] ?? '';
  expect(script).toContain('shop=http://localhost:3000');

  const commands = script.replace('http://localhost:3000', shop.url);
  const output = execFileSync('bash', ['-c', commands], {
    cwd: mkdtempSync(join(tmpdir(), 'readme-')),
    encoding: 'utf8',
  });

  expect(output).toContain('"status":"complete"');
  expect(output).toContain('"status":"sold"');
  const { orders, tickets, ledger } = await waitUntilQuiescent(shop);
  expect([orders[0]?.status, tickets[0]?.status]).toEqual(['complete', 'sold']);
  expect(ledger).toMatchObject([{ status: 'succeeded', captured: 1999, captures: 1, refunded: 0 }]);
});
