// The router as a process of its own, supervised and restarted like every other program.
import { connectionLimits } from '../../../common/src/http/slow-requests.ts';
import type { Targets } from './forwarder.ts';
import { createRouter } from './router.ts';
import { readRoutes } from './routes.ts';

const { PORT = '3000', HOST = '127.0.0.1', TARGETS = '{}', ROOT = process.cwd(), NODE_ENV } = process.env;
const { HEADERS_SECONDS, BODY_SECONDS, MAX_CONNECTIONS, LIMITS } = process.env; // settings.ts has checked them

const server = createRouter({
  limits: {
    ...connectionLimits,
    ...(HEADERS_SECONDS && { headersMs: Number(HEADERS_SECONDS) * 1_000 }),
    ...(BODY_SECONDS && { bodyMs: Number(BODY_SECONDS) * 1_000 }),
    ...(MAX_CONNECTIONS && { maxPerAddress: Number(MAX_CONNECTIONS) }),
    ...(LIMITS === 'off' && { maxPerAddress: Infinity }),
  },
  routes: readRoutes(ROOT),
  targets: JSON.parse(TARGETS) as Targets,
  webSockets: NODE_ENV === 'development',
  docsRoot: ROOT,
});
server.listen(Number(PORT), HOST);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    // Event streams never end by themselves.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}
