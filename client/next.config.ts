import path from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: path.join(import.meta.dirname, '..'),
  turbopack: { root: path.join(import.meta.dirname, '..') },
  poweredByHeader: false,
  // Metadata is in the first bytes for every user agent, so that title and icon work without JavaScript.
  htmlLimitedBots: /.*/,
  reactStrictMode: true,
  rewrites: () => Promise.resolve([{ source: '/.well-known/security.txt', destination: '/security.txt' }]),
  // The addresses of the previous client.
  redirects: () =>
    Promise.resolve([
      { source: '/.well-known/change-password', destination: '/account', permanent: false },
      { source: '/favicon.ico', destination: '/icon.svg', permanent: false },
      { source: '/tickets/new', destination: '/sell/new', permanent: false },
      { source: '/tickets/:id/edit', destination: '/sell/:id', permanent: false },
      { source: '/orders/:id/pay', destination: '/checkout/:id', permanent: false },
      { source: '/signin', destination: '/auth/signin', permanent: false },
      { source: '/signup', destination: '/auth/signup', permanent: false },
      { source: '/browse', destination: '/tickets', permanent: false },
    ]),
};

export default config;
