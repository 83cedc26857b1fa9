import localFont from 'next/font/local';

/**
 * Preloaded, and used when it is there in time: a face that arrives later would move what people are reading. The
 * next page has it from the cache.
 */
export const encore = localFont({
  src: '../../../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2',
  weight: '200 800',
  display: 'optional',
  variable: '--font-encore',
  adjustFontFallback: false,
});
