import { components, componentsOf, findKustomize, overlays, renderer } from './kustomize.ts';
import type { Manifest } from './manifest.ts';

export type Rendering = { name: string; overlay: string; manifests: Manifest[] };

/** What is only for `skaffold dev` and breaks rules on purpose (writable file systems), and a part of another component. */
const notOnTop = ['live-sync', 'test-payments'];

const found = findKustomize();
if ('missing' in found) process.stderr.write(`The manifests are not checked: ${found.missing}\n`);
const render = 'missing' in found ? undefined : renderer(found.command);

/** Describes tests that need the rendered manifests; they are skipped, with the reason printed, where nothing renders. */
export const describeRendered = render ? describe : describe.skip;

/** A folder below infra/k8s, with a component on top when one is given. */
export function renderOne(folder: string, component?: string): Manifest[] {
  return render?.(folder, component) ?? [];
}

/** Every overlay, and every overlay with each component that it does not have yet. */
export function renderAll(): Rendering[] {
  return overlays.flatMap((overlay) => {
    const more = components.filter(
      (component) =>
        !componentsOf(overlay).includes(component) &&
        !notOnTop.includes(component) &&
        !(overlay === 'prod' && component === 'stripe-emulator'),
    );
    return [undefined, ...more].map((component) => ({
      name: component ? `${overlay} + ${component}` : overlay,
      overlay,
      manifests: renderOne(`overlays/${overlay}`, component),
    }));
  });
}
