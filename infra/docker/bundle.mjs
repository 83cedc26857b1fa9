// node infra/docker/bundle.mjs <root> <folder>…: bundles the programs of a service, with all packages, into <folder>/dist.
// Node spends more than half of a start on finding and reading 1,200 modules; a bundle is a few files (docs/performance.md).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

async function bundle(folder) {
  const outdir = join(folder, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: folder,
    entryPoints: programsOf(folder),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    // Of CommonJS packages, which expect it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    // The file of a native package is copied; a package for another platform is not installed, and fails as before.
    loader: { '.node': 'copy' },
    keepNames: true, // Stripe's errors, among others, have the name of their class
    minifyWhitespace: true,
    lineLimit: 200, // Node prints the line of an uncaught error
    legalComments: 'linked',
    sourcemap: true,
    sourcesContent: false,
    plugins: [withoutMapsOfPackages],
    logLevel: 'warning',
  });
  for (const input of Object.keys(metafile.inputs)) nameItsPackage(resolve(folder, input), outdir);
}

/** Writes the name and version of a bundled package into dist/node_modules: the scanner of the images finds flaws by them. */
function nameItsPackage(file, outdir) {
  // Not node_modules/.cache, where an earlier release is built.
  const installed = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/.][^\\/]*(?=[\\/])/.exec(file)?.[0];
  if (!installed) return;
  const { name, version, license } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const record = join(outdir, 'node_modules', `${name}@${version}`); // two versions of one package are possible
  mkdirSync(record, { recursive: true });
  writeFileSync(join(record, 'package.json'), JSON.stringify({ name, version, license }));
}

/** The service, dist/index.js, and the programs of package.json: `"ops": "tsx … src/ops.ts"` becomes dist/ops.js. */
function programsOf(folder) {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const programs = Object.entries(scripts).flatMap(([out, command]) => {
    const source = /^tsx --conditions=source (\S+\.ts)$/.exec(command)?.[1];
    return source ? [{ in: source, out }] : [];
  });
  return [{ in: 'src/index.ts', out: 'index' }, ...programs];
}

/** Node reads the maps at the start; that of the packages would be twenty times as large as that of our own code. */
const withoutMapsOfPackages = {
  name: 'without-maps-of-packages',
  setup({ onLoad }) {
    const map = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${map}`,
      loader: 'js',
    }));
  },
};

const [root, ...folders] = process.argv.slice(2);
await Promise.all(folders.map((folder) => bundle(resolve(root, folder))));
