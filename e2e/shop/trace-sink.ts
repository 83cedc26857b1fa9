import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type Span = { program: string; name: string; traceId: string; spanId: string; parentSpanId?: string };

/** The parts of OTLP/JSON that are read: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
type Traces = {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'program'>[] }[];
  }[];
};

export type TraceSink = { url: string; spans: Span[]; close: () => void };

/** A receiver of OTLP over HTTP that keeps the spans. */
export async function startTraceSink(): Promise<TraceSink> {
  const spans: Span[] = [];
  const server = createServer((req, res) => {
    void json(req).then((body) => {
      spans.push(...spansIn(body as Traces));
      res.end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, close: () => server.close().closeAllConnections() };
}

function spansIn({ resourceSpans }: Traces): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const name = resource.attributes.find(({ key }) => key === 'service.name');
    const program = name?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ program, ...span })));
  });
}
