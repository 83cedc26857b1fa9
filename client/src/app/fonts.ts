import localFont from 'next/font/local';

/**
 * Preloaded, and used only when it arrives in time, because a late font would shift the layout. The next page takes
 * it from the cache.
 */
export const encore = localFont({
  src: '../../../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2',
  weight: '200 800',
  display: 'optional',
  variable: '--font-encore',
  adjustFontFallback: false,
});
