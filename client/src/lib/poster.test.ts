import { poster } from './poster.ts';
import { categories } from './types.ts';

describe('poster', () => {
  it('is the same for the same id and different for another', () => {
    expect(poster('6741b9e00000000000000001', 'music')).toBe(poster('6741b9e00000000000000001', 'music'));
    const prints = new Set(Array.from({ length: 40 }, (_, index) => poster(`ticket-${index}`, 'music')));
    expect(prints.size).toBe(40);
  });

  it('is small, well-formed and free of scripts for known and unknown categories', () => {
    for (const category of [...categories, 'unknown', undefined, '__proto__']) {
      for (let index = 0; index < 20; index += 1) {
        const svg = poster(`id-${index}`, category);
        expect(svg.length).toBeLessThan(4_100);
        const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
        expect(parsed.querySelector('parsererror')).toBeNull();
        expect(svg).not.toMatch(/NaN|undefined|script|style=/);
      }
    }
  });
});
