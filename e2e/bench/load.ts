import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  cookie?: string;
  /** The client's address that a proxy would send (X-Forwarded-For). */
  from?: string;
  body?: object;
};
export type Answer = { status: number; body: string; ms: number; retryAfter: string | undefined };

/** The result of a load: its duration, the number of answers by status, and the latency of each good answer. */
export type Load = {
  ms: number;
  good: number;
  answers: Record<string, number>;
  latencies: number[];
};

/** Sends requests on keep-alive connections, at most `connections` at a time. */
export function createHttpClient(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });

  function send({ method = 'GET', url, cookie, from, body }: Call): Promise<Answer> {
    const payload = body && JSON.stringify(body);
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const req = request(url, { method, agent }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            ms: performance.now() - started,
            retryAfter: res.headers['retry-after'],
          }),
        );
      });
      req.on('error', reject);
      if (cookie) req.setHeader('Cookie', cookie);
      if (from) req.setHeader('X-Forwarded-For', from);
      if (payload) {
        req.setHeader('Content-Type', 'application/json');
        req.setHeader('Content-Length', Buffer.byteLength(payload));
      }
      req.end(payload);
    });
  }
  return { send, close: () => agent.destroy() };
}

const isOk = ({ status }: Answer) => status >= 200 && status < 300;

type Predicate = (answer: Answer, index: number) => boolean;

function createTally() {
  const load: Load = { ms: 0, good: 0, answers: {}, latencies: [] };
  return {
    load,
    record: (answer: Answer | Error, isGood: boolean) => {
      const key = answer instanceof Error ? errorCode(answer) : String(answer.status);
      load.answers[key] = (load.answers[key] ?? 0) + 1;
      if (!isGood || answer instanceof Error) return;
      load.good += 1;
      load.latencies.push(answer.ms);
    },
  };
}

function errorCode(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** Sends `total` calls, `connections` at a time: each connection sends its next call when it has its answer. */
export async function closedLoop(options: {
  connections: number;
  total: number;
  call: (index: number) => Call;
  isGood?: Predicate;
}): Promise<Load> {
  const { connections, total, call, isGood = isOk } = options;
  const { send, close } = createHttpClient(connections);
  const { load, record } = createTally();
  let next = 0;
  async function worker() {
    while (next < total) {
      const index = next++;
      const answer = await send(call(index)).catch((error: unknown) => error as Error);
      record(answer, !(answer instanceof Error) && isGood(answer, index));
    }
  }
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  load.ms = performance.now() - started;
  close();
  return load;
}

/** The connections that a proxy in front of a service keeps. It rejects a request at once when none is free. */
const PROXY_CONNECTIONS = 1_000;

/** Sends `rate` calls a second for `seconds`, each at its time, however many others are still unanswered. */
export async function openLoop(options: {
  rate: number;
  seconds: number;
  call: (index: number) => Call;
  isGood?: Predicate;
}): Promise<Load> {
  const { rate, seconds, call, isGood = isOk } = options;
  const { send, close } = createHttpClient(PROXY_CONNECTIONS);
  const { load, record } = createTally();
  const total = Math.round(rate * seconds);
  const running = new Set<Promise<void>>();
  const started = performance.now();
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; index < due; index++) {
      if (running.size >= PROXY_CONNECTIONS) {
        record(new Error('no free connection'), false);
        continue;
      }
      const position = index;
      const request = send(call(position))
        .then(
          (answer) => record(answer, isGood(answer, position)),
          (error: unknown) => record(error as Error, false),
        )
        .finally(() => running.delete(request));
      running.add(request);
    }
    await wait(1);
  }
  await Promise.all(running);
  load.ms = performance.now() - started;
  close();
  return load;
}

/** The value below which this share of the values lies; NaN for an empty list. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}
