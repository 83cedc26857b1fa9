import Stripe from 'stripe';
import { inCallSpan } from '@ticketing/common';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * The HTTP client of Stripe's SDK with a span for each request, a repeated one too. Stripe ignores `traceparent`; the emulator
 * continues it.
 */
export function tracedHttpClient(): HttpClient {
  const client = Stripe.createNodeHttpClient();
  const send = client.makeRequest.bind(client);
  client.makeRequest = (host, port, path, method, headers, ...rest) => {
    const template = pathTemplate(path);
    const attributes = { 'http.request.method': method, 'url.template': template, 'server.address': host };
    return inCallSpan(`${method} ${template}`, attributes, (traceparent) =>
      send(host, port, path, method, { ...headers, traceparent }, ...rest),
    );
  };
  return client;
}

/** The path without its query and with `:id` for ids such as `pi_3N`, so that spans have few names. */
function pathTemplate(path: string): string {
  return (path.split('?')[0] ?? '').replaceAll(/\/(pi|re|ch|dp|du)_\w+/g, '/:id');
}
