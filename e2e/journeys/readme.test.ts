import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenQuiet } from '../shop/books.ts';
import { useShop } from '../shop/use-shop.ts';

const shop = useShop();

it('the purchase in the README, typed as it stands, ends complete, sold and captured once', async () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const script = /```sh\n(shop=[^]*?)```/.exec(readme)?.[1] ?? '';
  expect(script).toContain('shop=http://localhost:3000');

  const typed = script.replace('http://localhost:3000', shop.url);
  const said = execFileSync('bash', ['-c', typed], {
    cwd: mkdtempSync(join(tmpdir(), 'readme-')),
    encoding: 'utf8',
  });

  expect(said).toContain('"status":"complete"');
  expect(said).toContain('"status":"sold"');
  const { orders, tickets, ledger } = await whenQuiet(shop);
  expect([orders[0]?.status, tickets[0]?.status]).toEqual(['complete', 'sold']);
  expect(ledger).toMatchObject([{ status: 'succeeded', captured: 1999, captures: 1, refunded: 0 }]);
});
