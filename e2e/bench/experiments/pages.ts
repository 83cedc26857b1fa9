import { closedLoop, median, percentile } from '../load.ts';
import { difference } from '../processes.ts';
import type { Experiment } from '../scenario.ts';
import { services } from '../world.ts';

export const pages: Experiment = {
  name: 'pages',
  description: 'the client’s home page and a ticket’s page, 8 at a time, for a signed-in user',
  needsClient: true,
  goals: { 'home, client CPU ms': 12, 'ticket, client CPU ms': 12 },
  async run(world, log) {
    const [, user] = await world.users(2);
    const [ticketId] = await world.listTickets(24);
    const figures: Record<string, number> = {};
    for (const [name, path] of [
      ['home', '/'],
      ['ticket', `/tickets/${ticketId}`],
    ] as const) {
      const url = `${world.system.urlOf('client')}${path}`;
      const render = (total: number) =>
        closedLoop({ connections: 8, total, call: () => ({ url, cookie: user?.cookie ?? '' }) });
      await render(world.count(200, 30));
      const before = world.readCpu();
      const { good, latencies, answers, ms } = await render(world.count(400, 60));
      const cpu = difference(before, world.readCpu());
      const cpuPerPage = (processes: readonly string[]) =>
        processes.reduce((sum, process) => sum + (cpu[process] ?? 0), 0) / good;
      figures[`${name}, client CPU ms`] = cpuPerPage(['client']);
      figures[`${name}, services CPU ms`] = cpuPerPage(services);
      figures[`${name}, p99`] = percentile(latencies, 0.99);
      log(
        `${name}: client ${cpuPerPage(['client']).toFixed(2)} ms of CPU, services ${cpuPerPage(services).toFixed(2)} ms, ` +
          `${(good / (ms / 1000)).toFixed(0)}/s, p50 ${median(latencies).toFixed(1)} ms, ` +
          `p99 ${percentile(latencies, 0.99).toFixed(1)} ms ${JSON.stringify(answers)}`,
      );
    }
    return figures;
  },
};
