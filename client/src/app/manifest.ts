import type { MetadataRoute } from 'next';

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Encore',
    short_name: 'Encore',
    description: 'Tickets get a second life.',
    start_url: '/',
    display: 'browser',
    background_color: '#f2f6f1',
    theme_color: '#0b5a41',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  };
}
