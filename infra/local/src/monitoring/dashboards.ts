// The dashboards of Grafana. `npm run docs` writes them to infra/k8s/components/monitoring/dashboards.

export type Panel = { title: string; unit: Unit; queries: Query[] };
export type Dashboard = { uid: string; title: string; panels: Panel[] };
/** `legend` names a series by its labels, such as `{{job}}`. */
type Query = { expr: string; legend: string };
/** Names of Grafana. */
type Unit = 'short' | 'percentunit' | 's' | 'reqps' | 'cps' | 'bytes' | 'none';

const WIDTH = 12;
const HEIGHT = 8;

const panel = (title: string, unit: Unit, ...queries: [expr: string, legend: string][]): Panel => ({
  title,
  unit,
  queries: queries.map(([expr, legend]) => ({ expr, legend })),
});

/** Grafana replaces the variable by a time in which the counter is scraped at least four times. */
const rate = (metric: string) => `rate(${metric}[$__rate_interval])`;
const increase = (metric: string) => `sum(increase(${metric}[$__range]))`;
const quantile = (q: number, metric: string, by = '') =>
  `histogram_quantile(${q}, sum by (le${by && `, ${by}`}) (${rate(metric)}))`;
const posted = (route: string) => `ticketing_http_request_seconds_bucket{method="POST",route="${route}"}`;

const shop: Dashboard = {
  uid: 'ticketing-shop',
  title: 'Shop',
  panels: [
    panel('Budget burn rate, 1 h (1: lasts 30 days)', 'short', ['slo:burn:rate1h', '{{slo}}']),
    panel('Purchases that succeed, 1 h', 'percentunit', [
      '1 - slo:burn:rate1h{slo="purchase"} * on (slo) slo:error_budget:ratio',
      'purchases',
    ]),
    panel(
      'Reserve and pay, 99th percentile',
      's',
      [quantile(0.99, posted('/api/orders')), 'reserve'],
      [quantile(0.99, posted('/api/payments')), 'pay'],
    ),
    panel('Requests by status', 'reqps', [
      `sum by (status) (${rate('ticketing_http_request_seconds_count')})`,
      '{{status}}',
    ]),
    panel('Listings', 'cps', [`sum by (outcome) (${rate('ticketing_listings_total')})`, '{{outcome}}']),
    panel('Reservations', 'cps', [
      `sum by (outcome) (${rate('ticketing_reservations_total')})`,
      '{{outcome}}',
    ]),
    panel('Payments', 'cps', [`sum by (status) (${rate('ticketing_payments_total')})`, '{{status}}']),
    panel('Declined cards', 'cps', [
      `sum by (code) (${rate('ticketing_payment_declines_total')})`,
      '{{code}}',
    ]),
    panel('Orders that ended without a sale', 'cps', [
      `sum by (reason) (${rate('ticketing_orders_ended_total')})`,
      '{{reason}}',
    ]),
    panel(
      'In the selected time',
      'none',
      [increase('ticketing_payments_total{status="captured"}'), 'sold'],
      [increase('ticketing_refunds_total'), 'refunded'],
      [increase('ticketing_orders_ended_total{reason="expired"}'), 'expired'],
      [increase('ticketing_payment_declines_total'), 'declined'],
    ),
    panel('Refused by a limit', 'cps', [
      `sum by (limit) (${rate('ticketing_limit_hits_total')})`,
      '{{limit}}',
    ]),
    panel(
      'Money',
      'none',
      ['max(ticketing_reconciliation_differences)', 'differences'],
      ['max(ticketing_disputes_awaiting_evidence)', 'disputes that await evidence'],
      [increase('ticketing_reconciliation_failures_total'), 'reconciliations that failed'],
      [increase('ticketing_orders_payment_mismatches_total'), 'payments that differ from their order'],
    ),
  ],
};

const events: Dashboard = {
  uid: 'ticketing-events',
  title: 'Events',
  panels: [
    panel('Oldest event in an outbox', 's', [
      'max by (job, kind) (ticketing_outbox_oldest_seconds)',
      '{{job}} {{kind}}',
    ]),
    panel('Aggregates that wait for the broker', 'none', [
      'max by (job, kind) (ticketing_outbox_waiting)',
      '{{job}} {{kind}}',
    ]),
    panel('Published', 'cps', [
      `sum by (job, outcome) (${rate('ticketing_bus_publish_seconds_count')})`,
      '{{job}} {{outcome}}',
    ]),
    panel('Publishing, 99th percentile', 's', [
      quantile(0.99, 'ticketing_bus_publish_seconds_bucket', 'job'),
      '{{job}}',
    ]),
    panel('Handled', 'cps', [
      `sum by (job, outcome) (${rate('ticketing_bus_handled_total')})`,
      '{{job}} {{outcome}}',
    ]),
    panel('Events behind', 'none', ['max by (job, channel) (ticketing_bus_lag)', '{{job}} {{channel}}']),
    panel('Dead letters', 'none', [
      'sum by (job, channel) (ticketing_bus_dead_letters_total)',
      '{{job}} {{channel}}',
    ]),
    panel('Redelivered', 'cps', [`sum by (job) (${rate('ticketing_bus_redeliveries_total')})`, '{{job}}']),
    panel(
      'In flight',
      'none',
      ['sum by (job) (ticketing_bus_in_flight)', '{{job}} handled'],
      ['sum by (job) (ticketing_bus_publishes_in_flight)', '{{job}} published'],
      ['sum by (job) (ticketing_outbox_in_flight)', '{{job}} outbox'],
    ),
    panel(
      'Broker',
      'none',
      ['min by (job) (ticketing_bus_up)', '{{job}} connected'],
      ['sum by (job) (increase(ticketing_bus_connections_lost_total[$__rate_interval]))', '{{job}} lost'],
      ['max(ticketing_bus_log_used_ratio)', 'part of the log in use'],
    ),
  ],
};

const programs: Dashboard = {
  uid: 'ticketing-programs',
  title: 'Programs',
  panels: [
    panel('Answers Prometheus', 'none', ['up{job=~"auth|tickets|orders|payments|expiration"}', '{{pod}}']),
    panel('Cores used', 'short', [`sum by (pod) (${rate('process_cpu_seconds_total')})`, '{{pod}}']),
    panel('Memory', 'bytes', ['process_resident_memory_bytes', '{{pod}}']),
    panel('Event-loop delay, 99th percentile (50 ms when idle)', 's', [
      'nodejs_eventloop_lag_p99_seconds',
      '{{pod}}',
    ]),
    panel('Requests, 99th percentile', 's', [
      quantile(0.99, 'ticketing_http_request_seconds_bucket', 'job'),
      '{{job}}',
    ]),
    panel('Slowest routes, 99th percentile', 's', [
      `topk(10, ${quantile(0.99, 'ticketing_http_request_seconds_bucket', 'method, route')})`,
      '{{method}} {{route}}',
    ]),
    panel('Files and connections', 'none', ['process_open_fds', '{{pod}}']),
    panel('Running since', 's', ['time() - process_start_time_seconds', '{{pod}}']),
  ],
};

export const dashboards: readonly Dashboard[] = [shop, events, programs];

/** The JSON that Grafana imports: two panels a row. */
export function grafanaDashboard({ uid, title, panels }: Dashboard): string {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const dashboard = {
    uid,
    title: `Ticketing: ${title}`,
    tags: ['ticketing'],
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map((each, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: each.title,
      datasource,
      gridPos: { h: HEIGHT, w: WIDTH, x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT },
      fieldConfig: { defaults: { unit: each.unit, min: 0 }, overrides: [] },
      targets: each.queries.map(({ expr, legend }, place) => ({
        refId: 'ABCDEFGH'.charAt(place),
        expr,
        legendFormat: legend,
        datasource,
      })),
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
