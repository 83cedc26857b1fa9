// npm run availability -w e2e: how soon an open ticket page shows that somebody else
// has reserved or released the ticket. From the moment the request is sent to the moment the page has the word.
import { openShop } from '../shop/shop.ts';
import { launchChromium } from './chromium.ts';

const TIMES = 50;

const shop = await openShop({ client: true });
const browser = await launchChromium();
try {
  const [seller, buyer] = await Promise.all([shop.visitor().signUp(), shop.visitor().signUp()]);
  const ticket = await seller.sells();
  const page = await browser.newPage({ baseURL: shop.url });
  await Promise.all([page.waitForResponse('**/api/tickets/stream'), page.goto(`/tickets/${ticket.id}`)]);
  const word = page.getByRole('main').locator('.status').first();

  const took: number[] = [];
  for (let turn = 0; turn < TIMES; turn++) {
    const [from, to] = turn % 2 === 0 ? ['Available', 'Reserved'] : ['Reserved', 'Available'];
    await word.filter({ hasText: from }).waitFor();
    const isShown = word.filter({ hasText: to }).waitFor();
    const started = performance.now();
    if (turn % 2 === 0) await buyer.reserves(ticket.id);
    else {
      const orders = await buyer.get<{ id: string }[]>('/api/orders?status=created');
      await buyer.send('DELETE', `/api/orders/${orders.body[0]?.id}`);
    }
    await isShown;
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => `${Math.round(took[Math.ceil(share * took.length) - 1] ?? Number.NaN)} ms`;
  console.log(`change to open page, n=${TIMES}: median ${at(0.5)}, p99 ${at(0.99)}`);
} finally {
  await browser.close();
  await shop.shut();
}
