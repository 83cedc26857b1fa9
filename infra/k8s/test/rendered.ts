import {
  components,
  componentsOf,
  findKustomize,
  overlays,
  renderer,
  setupOf,
  withComponents,
} from './kustomize.ts';
import type { Manifest } from './manifest.ts';

export type Rendering = { name: string; overlay: string; manifests: Manifest[] };

/**
 * live-sync violates rules on purpose (writable file systems), test-payments is a part of another component, and the order
 * of broker-tls among the components matters (tls.test.ts).
 */
const notCombined = ['live-sync', 'test-payments', 'broker-tls'];

/** Production has its stores and its payments outside the cluster. */
const notInProduction = ['stripe-emulator', 'store-tls', 'backup'];

const found = findKustomize();
if ('missing' in found) process.stderr.write(`Skipping the tests of the manifests: ${found.missing}\n`);
const render = 'missing' in found ? undefined : renderer(found.command);

/** For tests that need rendered manifests; skips them when there is no kustomize, after printing the reason. */
export const describeRendered = render ? describe : describe.skip;

/** Renders a folder below infra/k8s with more components, in this order. */
export function renderOne(folder: string, ...more: string[]): Manifest[] {
  return render?.(folder, ...more) ?? [];
}

/** Renders a folder with a component and patches, as an operator adds them to a kustomization. */
export function renderPatched(patches: object[], folder: string, component: string): Manifest[] {
  return 'missing' in found ? [] : withComponents(found.command, folder, [component], patches);
}

/** An overlay with more components, and the objects that an administrator applies before it. */
export function renderOverlay(overlay: string, ...more: string[]): Manifest[] {
  return [
    ...setupOf(overlay).flatMap((folder) => renderOne(folder)),
    ...renderOne(`overlays/${overlay}`, ...more),
  ];
}

/** Each overlay alone, and each overlay with each component that it does not include yet. */
export function renderAll(): Rendering[] {
  return overlays.flatMap((overlay) => {
    const more = components.filter(
      (component) =>
        !componentsOf(overlay).includes(component) &&
        !notCombined.includes(component) &&
        !(overlay.startsWith('prod') && notInProduction.includes(component)),
    );
    return [undefined, ...more].map((component) => ({
      name: component ? `${overlay} + ${component}` : overlay,
      overlay,
      manifests: renderOverlay(overlay, ...(component ? [component] : [])),
    }));
  });
}
