export type Random = () => number;

/** Path data for one print. */
export type Shapes = {
  /** Printed in ink A. */
  a: string;
  /** Printed in ink B. */
  b: string;
  /** Cut back to the bare stock. */
  k?: string;
  /** Fine detail in the mixed ink. */
  d?: string;
};

const f = (n: number) => +n.toFixed(1);
const disc = (x: number, y: number, r: number) =>
  `M${f(x - r)} ${f(y)}a${f(r)} ${f(r)} 0 1 0 ${f(2 * r)} 0a${f(r)} ${f(r)} 0 1 0 ${f(-2 * r)} 0z`;
const box = (x: number, y: number, w: number, h: number) => `M${f(x)} ${f(y)}h${f(w)}v${f(h)}h${f(-w)}z`;
const pill = (x: number, y: number, w: number, h: number) =>
  `M${f(x)} ${f(y + w / 2)}a${f(w / 2)} ${f(w / 2)} 0 0 1 ${f(w)} 0v${f(h - w)}a${f(w / 2)} ${f(w / 2)} 0 0 1 ${f(-w)} 0z`;
const times = (n: number, draw: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => draw(i)).join('');

export const COMPOSITIONS: Record<string, (r: Random) => Shapes> = {
  // A record half out of its sleeve.
  record(r) {
    const left = r() < 0.5,
      x = left ? 165 : 235,
      R = 146 + r() * 14,
      step = 13 + r() * 5;
    return {
      a: disc(x, 250, R) + disc(x, 250, 34),
      b: box(left ? 212 : 32, 98, 156, 304),
      k:
        times(4, (i) => disc(x, 250, R - step * (2 * i + 1)) + disc(x, 250, R - step * (2 * i + 1) - 2.6)) +
        disc(x, 250, 8),
    };
  },
  // Two crossing spotlights and a performer.
  beams(r) {
    const floor = 396;
    const tops: [number, number] = [60 + r() * 50, 340 - r() * 50];
    const lands: [number, number] = [138 + r() * 34, 262 - r() * 34];
    const beam = (t: number, l: number, w: number) =>
      `M${f(t)} -10L${f(l - w)} ${floor}a${f(w)} ${f(w * 0.24)} 0 0 0 ${f(2 * w)} 0z`;
    return {
      a: beam(tops[0], lands[1], 104) + box(0, 430, 400, 70),
      b: beam(tops[1], lands[0], 104),
      k: disc(200, 338, 20) + 'M168 402a32 40 0 0 1 64 0z',
    };
  },
  // Sound waves, drawn as water.
  waves(r) {
    const half = 84 + r() * 44,
      A = 34 + r() * 30,
      phase = r() * half;
    const band = (y: number, h: number, p: number) => {
      // n half-waves to the right, down by h, and the same n back.
      const n = 9,
        run = (dir: number, up: number) =>
          `q${f((dir * half) / 2)} ${f(up)} ${f(dir * half)} 0` + times(n - 1, () => `t${f(dir * half)} 0`);
      return `M${f(-2 * half - p)} ${f(y)}${run(1, -A)}v${f(h)}${run(-1, -A)}z`;
    };
    return {
      a: disc(r() < 0.5 ? 140 : 260, 168, 88 + r() * 16),
      b: times(5, (i) => band(190 + i * 60, 30 - i, (phase + i * half * 0.45) % (2 * half))),
      d: times(3, (i) => band(236 + i * 120, 6, (phase + i * half * 0.9 + half * 0.5) % (2 * half))),
    };
  },
  // A floor of quarter-circle tiles.
  tiles(r) {
    const s = 100;
    let a = '',
      b = '',
      d = '';
    for (let y = 0; y < 5; y++)
      for (let x = 0; x < 4; x++) {
        const X = x * s,
          Y = y * s,
          c = (
            [
              [X, Y, 0],
              [X + s, Y, 1],
              [X + s, Y + s, 2],
              [X, Y + s, 3],
            ] as const
          )[Math.floor(r() * 4)] ?? [X, Y, 0];
        const q = (R: number) =>
          [
            'M' + c[0] + ' ' + c[1],
            ['h' + R, 'v' + R, 'h-' + R, 'v-' + R][c[2]],
            'A' +
              R +
              ' ' +
              R +
              ' 0 0 1 ' +
              [
                [c[0], c[1] + R],
                [c[0] - R, c[1]],
                [c[0], c[1] - R],
                [c[0] + R, c[1]],
              ][c[2]]?.join(' '),
            'z',
          ].join('');
        const kind = r();
        if (kind < 0.36) a += q(s);
        else if (kind < 0.72) b += q(s);
        else {
          a += box(X, Y, s, s);
          b += q(s);
        }
        if (r() < 0.3) d += disc(X + s / 2, Y + s / 2, 11);
      }
    return { a, b, d };
  },
  // An equalizer in front of the sun.
  levels(r) {
    const n = 8,
      w = 32,
      gap = (400 - 44 - n * w) / (n - 1);
    const h = Array.from(
      { length: n },
      (_, i) => 70 + 190 * Math.abs(Math.sin((i + 1) * (0.55 + r() * 0.12))) * (0.65 + r() * 0.35),
    );
    return {
      a: disc(200 + (r() - 0.5) * 110, 205, 112 + r() * 14),
      b: times(n, (i) => pill(22 + i * (w + gap), 408 - (h[i] ?? 0), w, (h[i] ?? 0) + 150)),
      k: times(n, (i) => (i % 2 ? '' : disc(22 + i * (w + gap) + w / 2, 408 - (h[i] ?? 0) + w / 2, 5))),
    };
  },
  // An open flower, or a crowd seen from above.
  bloom(r) {
    const n = 7 + Math.floor(r() * 4),
      L = 176 + r() * 16,
      W = 40 + r() * 14,
      off = r() * 60;
    const leaf = (deg: number, l: number, w: number, x0 = 200, y0 = 250) => {
      const t = ((deg - 90) * Math.PI) / 180,
        c = Math.cos(t),
        s = Math.sin(t),
        p = (u: number, v: number) => `${f(x0 + u * c - v * s)} ${f(y0 + u * s + v * c)}`;
      return `M${p(12, 0)}C${p(l * 0.35, w)} ${p(l * 0.85, w)} ${p(l, 0)}C${p(l * 0.85, -w)} ${p(l * 0.35, -w)} ${p(12, 0)}z`;
    };
    return {
      a: times(n, (i) => leaf(off + (i * 360) / n, L, W)),
      b: times(n, (i) => leaf(off + ((i + 0.5) * 360) / n, L * 0.82, W * 0.92)),
      k: disc(200, 250, 27),
      d: disc(200, 250, 17),
    };
  },
  // The lines of a court, the lanes of a track, and a ball.
  court(r) {
    const flip = r() < 0.5,
      X = (x: number) => (flip ? 400 - x : x),
      w = 22;
    const lane = (R: number) => disc(X(0), 450, R) + disc(X(0), 450, R - w);
    return {
      a: disc(X(255 + r() * 50), 165 + r() * 30, 74 + r() * 12),
      b: lane(400) + lane(342) + lane(284) + disc(X(0), 450, 226),
      d: times(5, (i) => disc(X(52 + i * 44), 404 - i * i * 3 - i * 34, 5.5)),
    };
  },
  // A stage curtain: rows of scallops, parted in the middle.
  curtain(r) {
    const w = 80,
      shift = Math.floor(r() * 2) * 40,
      open = 58 + r() * 24;
    let a = '',
      b = '';
    for (let row = 0; row < 4; row++) {
      const y = 232 - row * 92,
        path = times(
          7,
          (i) => `M${i * w - 80 + (((row % 2) * 40 + shift) % 80)} -10h${w}V${y}a40 40 0 0 1 -80 0z`,
        );
      if (row % 2) b += path;
      else a += path;
    }
    return {
      a,
      b:
        b +
        `M0 500V300C${f(open)} 330 ${f(open * 1.7)} 400 ${f(open * 1.9)} 500zM400 500V300C${f(400 - open)} 330 ${f(400 - open * 1.7)} 400 ${f(400 - open * 1.9)} 500z`,
      d: disc(200, 384, 40),
    };
  },
};
