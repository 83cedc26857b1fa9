import type { PaymentConfig } from '../lib/types.ts';

const CONFIG_FRESH_MS = 60_000;
let provider: { name: PaymentConfig['provider'] | undefined; at: number } = { name: undefined, at: 0 };

/** The payment provider decides which origins the checkout may load. Cached for a minute. */
async function paymentProvider(): Promise<PaymentConfig['provider'] | undefined> {
  const base = process.env.PAYMENTS_URL;
  if (!base) return undefined;
  if (provider.name && Date.now() - provider.at < CONFIG_FRESH_MS) return provider.name;
  try {
    const response = await fetch(new URL('/api/payments/config', base), {
      signal: AbortSignal.timeout(1_500),
    });
    const { provider: name } = (await response.json()) as PaymentConfig;
    provider = { name, at: Date.now() };
  } catch {
    provider = { ...provider, at: 0 };
  }
  return provider.name;
}

export async function contentSecurityPolicy(nonce: string, path: string): Promise<string> {
  const isStripe = path.startsWith('/checkout/') && (await paymentProvider()) === 'stripe';
  const isDevelopment = process.env.NODE_ENV === 'development';
  const stripe = (...sources: string[]) => (isStripe ? sources : []);
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    'script-src': [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...stripe('https://js.stripe.com', 'https://*.js.stripe.com'),
      ...(isDevelopment ? ["'unsafe-eval'"] : []),
    ],
    'style-src': ["'self'", isDevelopment || isStripe ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:', ...stripe('https://*.stripe.com')],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...stripe('https://api.stripe.com'), ...(isDevelopment ? ['ws:'] : [])],
    'frame-src': isStripe
      ? ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com']
      : ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
