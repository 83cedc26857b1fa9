import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  cookie?: string;
  body?: object;
};
export type Answer = { status: number; body: string; ms: number; retryAfter: string | undefined };

/** What came of a load: how long it took, each answer by status, and the time that each good one took. */
export type Load = {
  ms: number;
  good: number;
  answers: Record<string, number>;
  latencies: number[];
};

/** Sends requests on kept connections, at most `connections` of them at a time. */
export function caller(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });

  function send({ method = 'GET', url, cookie, body }: Call): Promise<Answer> {
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

type Judge = (answer: Answer, index: number) => boolean;

function tally() {
  const load: Load = { ms: 0, good: 0, answers: {}, latencies: [] };
  return {
    load,
    note: (answer: Answer | Error, isGood: boolean) => {
      const key = answer instanceof Error ? codeOf(answer) : String(answer.status);
      load.answers[key] = (load.answers[key] ?? 0) + 1;
      if (!isGood || answer instanceof Error) return;
      load.good += 1;
      load.latencies.push(answer.ms);
    },
  };
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** `total` calls, `connections` at any time: the next begins when one has ended. */
export async function closedLoop(options: {
  connections: number;
  total: number;
  call: (index: number) => Call;
  isGood?: Judge;
}): Promise<Load> {
  const { connections, total, call, isGood = isOk } = options;
  const { send, close } = caller(connections);
  const { load, note } = tally();
  let next = 0;
  async function worker() {
    while (next < total) {
      const index = next++;
      const answer = await send(call(index)).catch((error: unknown) => error as Error);
      note(answer, !(answer instanceof Error) && isGood(answer, index));
    }
  }
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  load.ms = performance.now() - started;
  close();
  return load;
}

/** As many as a proxy in front of a service keeps; what finds none free is refused there, at once. */
const PROXY_CONNECTIONS = 1_000;

/** `rate` calls a second for `seconds`, sent when their time has come, however many others are still unanswered. */
export async function openLoop(options: {
  rate: number;
  seconds: number;
  call: (index: number) => Call;
  isGood?: Judge;
}): Promise<Load> {
  const { rate, seconds, call, isGood = isOk } = options;
  const { send, close } = caller(PROXY_CONNECTIONS);
  const { load, note } = tally();
  const total = Math.round(rate * seconds);
  const running = new Set<Promise<void>>();
  const started = performance.now();
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; index < due; index++) {
      if (running.size >= PROXY_CONNECTIONS) {
        note(new Error('no connection free'), false);
        continue;
      }
      const position = index;
      const request = send(call(position))
        .then(
          (answer) => note(answer, isGood(answer, position)),
          (error: unknown) => note(error as Error, false),
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

/** The value below which this share of all is; NaN of nothing. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}
