import type { Manifest, Workload } from '../manifest.ts';
import { workloads } from '../manifest.ts';

/** Checks the rendered objects of one overlay. Returns one line for each violation. */
export type Rule = (manifests: Manifest[]) => string[];

const MEBI: Record<string, number> = { Mi: 1, Gi: 1024 };

export function eachWorkload(check: (workload: Workload, manifests: Manifest[]) => (string | false)[]): Rule {
  return (manifests) =>
    workloads(manifests).flatMap((workload) =>
      check(workload, manifests)
        .filter((finding) => finding !== false)
        .map((finding) => `${workload.name}: ${finding}`),
    );
}

export const isProgram = ({ component }: Workload) => component === 'program';

export function mebibytes(quantity: string | number | undefined): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(String(quantity)) ?? [];
  return amount && unit ? Number(amount) * (MEBI[unit] ?? Number.NaN) : Number.NaN;
}
