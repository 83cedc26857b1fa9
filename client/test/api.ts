type MockResponse = { status?: number; body?: unknown } | 'lost';
export type RecordedRequest = { method: string; path: string; body: unknown; key: string | null };

/**
 * Mocks `fetch`: responds by "METHOD /path" in the given order, repeats the last response, and returns the recorded
 * requests.
 */
export function mockApi(answers: Record<string, MockResponse | MockResponse[]>): RecordedRequest[] {
  const requests: RecordedRequest[] = [];
  const queues = new Map(Object.entries(answers).map(([route, given]) => [route, [given].flat()]));
  globalThis.fetch = (input, init) => {
    const path = String(input);
    const method = init?.method ?? 'GET';
    const headers = new Headers(init?.headers);
    requests.push({
      method,
      path,
      body: typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
      key: headers.get('idempotency-key'),
    });
    const queue = queues.get(`${method} ${path}`) ?? [];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === undefined) return Promise.reject(new Error(`No mock for ${method} ${path}`));
    if (answer === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
    const { status = 200, body } = answer;
    return Promise.resolve({
      ok: status < 400,
      status,
      text: () => Promise.resolve(body === undefined ? '' : JSON.stringify(body)),
    } as Response);
  };
  return requests;
}
