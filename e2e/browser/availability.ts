// npm run availability -w e2e: measures how soon an open ticket page shows that another buyer reserved or released
// the ticket, from sending the request to the new status on the page.
import { startShop } from '../shop/shop.ts';
import { launchChromium } from './chromium.ts';

const TIMES = 50;

const shop = await startShop({ client: true, limits: 'off' }); // one buyer reserves the ticket again and again
const browser = await launchChromium();
try {
  const [seller, buyer] = await Promise.all([shop.newClient().signUp(), shop.newClient().signUp()]);
  const ticket = await seller.listTicket();
  const page = await browser.newPage({ baseURL: shop.url });
  await Promise.all([page.waitForResponse('**/api/tickets/stream'), page.goto(`/tickets/${ticket.id}`)]);
  const status = page.getByRole('main').locator('.status').first();

  const took: number[] = [];
  for (let turn = 0; turn < TIMES; turn++) {
    const [from, to] = turn % 2 === 0 ? ['Available', 'Reserved'] : ['Reserved', 'Available'];
    await status.filter({ hasText: from }).waitFor();
    const isShown = status.filter({ hasText: to }).waitFor();
    const started = performance.now();
    if (turn % 2 === 0) await buyer.reserve(ticket.id);
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
  await shop.destroy();
}
