// Lists a ticket and buys it, through the client as a browser does. Exits with 1 and the reason when that fails.
import { randomUUID } from 'node:crypto';

const origin = process.env.ORIGIN ?? 'http://client-srv:3000';

class ApiClient {
  cookies = new Map();

  async send(method, path, body) {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: globalThis.AbortSignal.timeout(15_000),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name) this.cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text && JSON.parse(text);
  }

  async signUp() {
    const email = `${randomUUID()}@example.com`;
    await this.send('POST', '/api/users/signup', { email, password: 'correct horse battery' });
    return this;
  }
}

const [seller, buyer] = [await new ApiClient().signUp(), await new ApiClient().signUp()];
const ticket = await seller.send('POST', '/api/tickets', { title: 'Evening of strings', price: 42.5 });
const order = await buyer.send('POST', '/api/orders', { ticketId: ticket.id });
await buyer.send('POST', '/api/payments', { orderId: order.id, token: 'tok_visa' });

const deadline = Date.now() + 30_000;
for (;;) {
  const { status } = await buyer.send('GET', `/api/orders/${order.id}`);
  if (status === 'complete') break;
  if (Date.now() > deadline) throw new Error(`order ${order.id} is still ${status}`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
console.log(`bought ticket ${ticket.id} with order ${order.id}`);
