import { components, componentsOf, findKustomize, overlays, renderer } from './kustomize.ts';
import type { Manifest } from './manifest.ts';

export type Rendering = { name: string; overlay: string; manifests: Manifest[] };

/** live-sync violates rules on purpose (writable file systems), and test-payments is a part of another component. */
const notCombined = ['live-sync', 'test-payments'];

const found = findKustomize();
if ('missing' in found) process.stderr.write(`Skipping the tests of the manifests: ${found.missing}\n`);
const render = 'missing' in found ? undefined : renderer(found.command);

/** For tests that need rendered manifests; skips them when there is no kustomize, after printing the reason. */
export const describeRendered = render ? describe : describe.skip;

/** Renders a folder below infra/k8s, optionally with one more component. */
export function renderOne(folder: string, component?: string): Manifest[] {
  return render?.(folder, component) ?? [];
}

/** Each overlay alone, and each overlay with each component that it does not include yet. */
export function renderAll(): Rendering[] {
  return overlays.flatMap((overlay) => {
    const more = components.filter(
      (component) =>
        !componentsOf(overlay).includes(component) &&
        !notCombined.includes(component) &&
        !(overlay === 'prod' && component === 'stripe-emulator'),
    );
    return [undefined, ...more].map((component) => ({
      name: component ? `${overlay} + ${component}` : overlay,
      overlay,
      manifests: renderOne(`overlays/${overlay}`, component),
    }));
  });
}
