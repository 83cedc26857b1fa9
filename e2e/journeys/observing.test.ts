import { eventually } from '@ticketing/common/testing';
import { alertsOf, readRuleFiles } from '../../infra/local/src/monitoring/alert-rules.ts';
import { dashboards } from '../../infra/local/src/monitoring/dashboards.ts';
import { getServers } from '../../infra/local/src/servers/get-servers.ts';
import { startShop } from '../shop/shop.ts';
import type { ShopClient } from '../shop/shop-client.ts';
import { useResource } from '../shop/use-shop.ts';

const shop = useResource(
  async () => {
    const { prometheus } = await getServers(() => undefined, ['prometheus']);
    const env = { orders: { RESERVATION_SECONDS: '20' } };
    return startShop({ prometheus, env, eventBus: 'jetstream' });
  },
  (started) => started.destroy(),
);

/** Metrics of the cluster, which README.md of the component `monitoring` lists. */
const ofOthers = /^(kubelet_volume_stats|certmanager_certificate|kube_pod|nss_chan)_/;

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${shop.urlOf('prometheus')}/api/v1/${path}`);
  const body = (await response.json()) as { status: string; error?: string; data: T };
  if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
  return body.data;
}

/** How many series with a number the query finds. */
async function seriesOf(expr: string): Promise<number> {
  const query = expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h');
  const { result } = await read<{ result: { value: [number, string] }[] }>(
    `query?query=${encodeURIComponent(query)}`,
  );
  return result.filter(({ value: [, number] }) => Number.isFinite(Number(number))).length;
}

/** Waits until every query finds something, with purchases meanwhile; names those that never do. */
async function expectAllFound(queries: readonly string[]) {
  let missing = queries;
  const areAllFound = async () => {
    await buy(); // a rate needs requests between two scrapes
    const counts = await Promise.all(missing.map(seriesOf));
    missing = missing.filter((_, index) => counts[index] === 0);
    return missing.length === 0;
  };
  await eventually(areAllFound, 120_000).catch(() => undefined);
  expect(missing).toEqual([]);
}

let seller: ShopClient;
let buyer: ShopClient;

const reserve = async () => buyer.reserve((await seller.listTicket()).id);

async function buy(): Promise<string> {
  const { id } = await reserve();
  await buyer.pay(id);
  await buyer.waitForOrder(id, ({ status }) => status === 'complete');
  return id;
}

describe('a shop with a Prometheus', () => {
  beforeAll(async () => {
    [seller, buyer] = [await shop.newClient().signUp(), await shop.newClient().signUp()];
    const refunded = await buy();
    await seller.send('POST', `/api/payments/${refunded}/refund`, {});
    await buyer.waitForOrder(refunded, ({ status }) => status === 'refunded');
    const declined = await reserve();
    await buyer.pay(declined.id, 'tok_chargeDeclined');
    await buyer.waitForOrder(declined.id, ({ status }) => status === 'cancelled'); // its reservation ends
  }, 180_000);

  it.each(dashboards)(
    'finds data for every query of the dashboard $title',
    async ({ panels }) => {
      await expectAllFound(panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)));
    },
    180_000,
  );

  it('counts what was sold, refunded, declined and expired', async () => {
    await expectAllFound([
      'ticketing_payments_total{status="captured"} > 1',
      'ticketing_refunds_total{of="all"} > 0',
      'sum(ticketing_payment_declines_total) > 0',
      'ticketing_orders_ended_total{reason="expired"} > 0',
    ]);
  }, 180_000);

  it('has every metric that a rule names', async () => {
    const { groups } = await read<{ groups: { rules: { query: string }[] }[] }>('rules');
    const queries = groups.flatMap(({ rules }) => rules.map(({ query }) => query)).join('\n');
    const names = queries.match(/\b[a-z]+_[a-z_]+(?=[{[ )])|\bslo:[a-z_:0-9]+/g) ?? [];
    const stored = await read<string[]>('label/__name__/values');

    const missing = [...new Set(names)].filter((name) => !stored.includes(name) && !ofOthers.test(name));

    expect(missing).toEqual([]);
  });

  it('evaluates every rule without an error, and no alert fires but that of a slow machine', async () => {
    const { groups } = await read<{
      groups: { rules: { name: string; health: string; state?: string }[] }[];
    }>('rules');
    const rules = groups.flatMap((group) => group.rules);

    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const firing = rules.filter(({ state }) => state === 'firing').map(({ name }) => name);
    expect(firing.filter((name) => name !== 'ErrorBudgetBurns')).toEqual([]);
    expect(rules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(alertsOf(readRuleFiles()).map(({ alert }) => alert)),
    );
  });

  it('serves a page with the dashboards', async () => {
    const page = await fetch(`${shop.urlOf('prometheus')}/consoles/index.html`);

    expect(page.status).toBe(200);
    expect(await page.text()).toContain('"title":"Shop"');
  });
});
