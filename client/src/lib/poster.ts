import { COMPOSITIONS, type Random } from './poster-compositions.ts';

// Every print is made like a two-ink gig poster: one sheet of colored stock, ink A, ink B, and a mix where the two
// overlap, computed here so that the SVG needs no blend modes. Compositions keep their subject inside the middle
// 400 x 400, so that both a square crop (thumbnail) and a wide crop (card) show it.

/** By category: stock, ink A, ink B. */
const INKS: Record<string, [string, string, string][]> = {
  music: [
    ['#ffc6ca', '#e23a5f', '#0b6a4b'],
    ['#ffd7bd', '#ee5a35', '#27449b'],
    ['#f3d3ea', '#c62f86', '#175f74'],
  ],
  theatre: [
    ['#ffe08f', '#d2374a', '#1d5566'],
    ['#f6d3c8', '#a8283f', '#c98a12'],
    ['#e9e0c6', '#c8452f', '#2d4a7c'],
  ],
  sport: [
    ['#c3ead3', '#f2a81d', '#0d6b52'],
    ['#cfe4f7', '#f0603a', '#1d4f9e'],
    ['#f2edb8', '#31994f', '#205a8a'],
  ],
  festival: [
    ['#c5e4f6', '#ff7a54', '#157a72'],
    ['#ffe39a', '#f0568a', '#2b7f9e'],
    ['#d7f0d6', '#f5913a', '#7a3d8f'],
  ],
  comedy: [
    ['#ffe9a6', '#f2663b', '#2b6cb0'],
    ['#ffd0c2', '#e8a413', '#a92e5a'],
    ['#d9eefa', '#e84f6b', '#4a8c2f'],
  ],
  classical: [
    ['#e3dbf3', '#c2506e', '#33508f'],
    ['#efe2cb', '#b9772a', '#2b5a4e'],
    ['#d6e5ea', '#b34a3c', '#2f4a73'],
  ],
  other: [
    ['#d9e8dc', '#d98a2b', '#1f6b55'],
    ['#f7d5d3', '#3f7fb0', '#8f2f55'],
    ['#e8e6d2', '#4d9a7a', '#b5473a'],
  ],
};

const PREFERRED: Record<string, string[]> = {
  music: ['record', 'waves', 'levels', 'beams', 'bloom'],
  theatre: ['curtain', 'beams', 'tiles', 'bloom'],
  sport: ['court', 'tiles', 'levels'],
  festival: ['bloom', 'levels', 'waves', 'tiles', 'record'],
  comedy: ['beams', 'curtain', 'tiles', 'bloom'],
  classical: ['waves', 'bloom', 'record', 'curtain'],
  other: Object.keys(COMPOSITIONS),
};

function seeded(text: string): Random {
  // An FNV-1a hash seeds mulberry32.
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const mix = (p: string, q: string) =>
  '#' +
  [1, 3, 5]
    .map((i) => {
      // Mostly multiply, with some of the average, so that the mix is never plain black.
      const x = parseInt(p.slice(i, i + 2), 16),
        y = parseInt(q.slice(i, i + 2), 16);
      return Math.round(((x * y) / 255) * 0.82 + ((x + y) / 2) * 0.18)
        .toString(16)
        .padStart(2, '0');
    })
    .join('');

function pick<T>(list: readonly T[], random: Random): T {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error('Nothing to pick from');
  return item;
}

/** An SVG poster: the same id and category always give the same picture. */
export function poster(id: string, category: string | undefined = 'other'): string {
  const kind = category && Object.hasOwn(INKS, category) ? category : 'other';
  const rand = seeded(`${kind}:${id}`);
  const [stock, first, second] = pick(INKS[kind] ?? [], rand);
  const compose = COMPOSITIONS[pick(PREFERRED[kind] ?? [], rand)];
  if (!compose) throw new Error(`No composition for ${kind}`);
  const { a, b, k = '', d = '' } = compose(rand);
  const [inkA, inkB] = rand() < 0.35 ? [second, first] : [first, second];
  const both = mix(inkA, inkB);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500" preserveAspectRatio="xMidYMid slice">` +
    `<clipPath id="c"><path d="${b}" clip-rule="evenodd"/></clipPath>` +
    `<path fill="${stock}" d="M0 0h400v500H0z"/><g fill-rule="evenodd"><path fill="${inkA}" d="${a}"/><path fill="${inkB}" d="${b}"/>` +
    `<path fill="${both}" clip-path="url(#c)" d="${a}"/>` +
    (k && `<path fill="${stock}" d="${k}"/>`) +
    (d && `<path fill="${both}" d="${d}"/>`) +
    `</g></svg>`
  );
}
