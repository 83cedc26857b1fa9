import type { Manifest } from './manifest.ts';
import { workloads } from './manifest.ts';
import { describeRendered, renderAll, renderOne } from './rendered.ts';
import { typeErrors } from './strict-types.ts';

describeRendered('every rendered object', () => {
  it('matches the type of its kind', () => {
    expect(typeErrors(renderAll().flatMap(({ manifests }) => manifests))).toEqual([]);
  }, 120_000);

  it('is rejected with an unknown key, a wrong value, a missing value or an unknown kind', () => {
    const manifests = [...renderOne('overlays/prod'), ...renderOne('overlays/prod', 'gateway-api')];
    const broken = (change: (copy: Manifest[]) => void) => {
      const copy = structuredClone(manifests);
      change(copy);
      return copy;
    };
    const container = (copy: Manifest[]) => workloads(copy)[0]?.container ?? { name: '' };
    const errors = typeErrors([
      ...broken((copy) => Object.assign(container(copy), { imagePullPolice: 'Always' })),
      ...broken((copy) => Object.assign(container(copy), { livenessProbe: { periodSeconds: '10' } })),
      ...broken((copy) => Object.assign(container(copy), { lifecycle: { preStop: { sleep: {} } } })),
      ...broken((copy) => {
        const route = copy.find(({ kind }) => kind === 'HTTPRoute');
        Object.assign(route ?? {}, { spec: { parentRefs: [], rules: [], hostname: 'x' } });
      }),
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/imagePullPolice\W+ does not exist/),
      expect.stringContaining("'string' is not assignable to type 'number'"),
      expect.stringMatching(/seconds\W+ is missing/),
      expect.stringMatching(/hostname\W+ does not exist/),
    ]);
    expect(typeErrors([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }])).toEqual([
      'v1/Pod is not in the list of allowed kinds',
    ]);
  }, 120_000);
});
