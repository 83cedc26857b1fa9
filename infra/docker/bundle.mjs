// node infra/docker/bundle.mjs <root> <folder>…: bundles the programs of a service, with all packages, into <folder>/dist.
// Node spends more than half of a start on finding, reading and compiling 1,200 modules (docs/performance.md).
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';

async function bundle(folder) {
  const outdir = join(folder, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  const programs = programsOf(folder);
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: folder,
    stdin: { contents: importPrograms(programs), resolveDir: folder, sourcefile: 'programs.js' },
    outfile: join(outdir, 'bundle.js'),
    bundle: true,
    format: 'cjs', // for ES modules, Node 20 cannot use code that was compiled before
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false }, // which stored code cannot do
    conditions: ['source'],
    banner: { js: '(function (exports, require, module) {' },
    footer: { js: '})' },
    // The file of a native package is copied; a package for another platform is not installed, and fails as before.
    loader: { '.node': 'copy' },
    alias: { 'whatwg-url': 'node:url' }, // of the driver of MongoDB, whose tables of Unicode are a tenth of a start
    keepNames: true, // Stripe's errors, among others, have the name of their class
    minifyWhitespace: true,
    lineLimit: 200, // Node prints the line of an uncaught error
    legalComments: 'linked',
    sourcemap: true,
    sourcesContent: false,
    plugins: [asynchronous(programs), withoutMapsOfPackages, saslprepWhenNeeded],
    logLevel: 'warning',
  });
  nameOnlyRenamed(join(outdir, 'bundle.js'));
  keepLinesOfMap(join(outdir, 'bundle.js.map'));
  for (const input of Object.keys(metafile.inputs)) nameItsPackage(resolve(folder, input), outdir);
  writeFileSync(join(outdir, 'package.json'), '{"type":"commonjs"}');
  copyFileSync(join(import.meta.dirname, 'run-bundle.cjs'), join(outdir, 'run-bundle.cjs'));
  for (const { out } of programs)
    writeFileSync(join(outdir, `${out}.js`), `require('./run-bundle.cjs').run('${out}');\n`);
  if (programs.some(({ out }) => out === 'index')) storeCode(outdir);
}

/** A module that exports a function for each program, which runs it. */
function importPrograms(programs) {
  const entries = programs.map(({ file, out }) => `'${out}': () => import('./${file}')`);
  return `export const programs = { ${entries.join(', ')} };`;
}

/** Makes an async function of what follows the imports of a program: CommonJS has no `await` outside of one. */
const asynchronous = (programs) => ({
  name: 'asynchronous',
  setup({ initialOptions: { absWorkingDir }, onLoad }) {
    const files = programs.map(({ file }) => resolve(absWorkingDir, file));
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      if (!files.includes(path)) return undefined;
      const source = readFileSync(path, 'utf8');
      const [imports] = /^(\s+|import\b[^;]*;|\/\/.*)*/.exec(source);
      const code = source.slice(imports.length);
      return { contents: `${imports}void (async () => {${code}\n})();`, loader: 'ts' };
    });
  },
});

/** Runs the service without a configuration, which ends it once all its modules are loaded. */
function storeCode(outdir) {
  const { stderr } = spawnSync(process.execPath, ['-e', `require('./run-bundle.cjs').store()`], {
    cwd: outdir,
    env: {},
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (!existsSync(join(outdir, 'bundle.code'))) throw new Error(`${outdir} does not start:\n${stderr}`);
}

const giveName = '__defProp(target,"name",{value,configurable:true})';

/**
 * With `keepNames`, esbuild gives each function and class its name again, also where it is the same: in each start, and for
 * each function that a request creates. This leaves those alone that esbuild did not rename.
 */
function nameOnlyRenamed(file) {
  const code = readFileSync(file, 'utf8');
  const helper = `__name=(target,value)=>${giveName}`;
  if (!code.includes(helper)) throw new Error('esbuild names functions in another way than expected');
  writeFileSync(
    file,
    code.replace(helper, `__name=(target,value)=>target.name&&target.name!==value?${giveName}:target`),
  );
}

/**
 * Leaves one position for each line of our sources, and one where each module of a package begins. For each position, Node
 * keeps an array from the first stack trace on: 7 MiB for all of them, which each full garbage collection visits.
 */
function keepLinesOfMap(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const isOfPackage = map.sources.map((source) => /[\\/]node_modules[\\/]/.test(source));
  let [source, line] = [-1, -1];
  const lines = decode(map.mappings).map((positions) =>
    positions.flatMap((position) => {
      if (position[1] === source && (isOfPackage[source] || position[2] === line)) return [];
      [, source, line] = position;
      return [position.slice(0, 4)];
    }),
  );
  writeFileSync(file, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
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

/** The service, dist/index.js, where there is one, and the programs of package.json: `"ops": "tsx … src/ops.ts"` becomes dist/ops.js. */
function programsOf(folder) {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const programs = Object.entries(scripts).flatMap(([out, command]) => {
    const source = /^tsx --conditions=source (\S+\.ts)$/.exec(command)?.[1];
    return source ? [{ file: source, out }] : [];
  });
  return existsSync(join(folder, 'src/index.ts'))
    ? [{ file: 'src/index.ts', out: 'index' }, ...programs]
    : programs;
}

/** A frame of a package names its installed file, not the source that a map of the package names, which no image has. */
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

/** The driver of MongoDB loads it for passwords, with 2 MiB of tables, also where the database has none. */
const saslprepWhenNeeded = {
  name: 'saslprep-when-needed',
  setup({ onResolve, onLoad }) {
    const name = '@mongodb-js/saslprep';
    onResolve({ filter: new RegExp(`^${name}$`) }, ({ namespace, resolveDir }) =>
      namespace === 'when-needed'
        ? undefined
        : { path: name, namespace: 'when-needed', pluginData: resolveDir },
    );
    onLoad({ filter: /./, namespace: 'when-needed' }, ({ path, pluginData: resolveDir }) => ({
      contents: `exports.saslprep = (...given) => require('${path}').saslprep(...given);`,
      resolveDir,
    }));
  },
};

const [root, ...folders] = process.argv.slice(2);
await Promise.all(folders.map((folder) => bundle(resolve(root, folder))));
