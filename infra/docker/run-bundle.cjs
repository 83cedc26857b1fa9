// Copied into the dist folder of a service, whose programs it runs from bundle.js, with the code that V8 compiled when the
// bundle was built: compiling is half of a start (docs/performance.md). Where the code is for another version of V8, V8 compiles.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const v8 = require('node:v8');
const { Script } = require('node:vm');

const file = join(__dirname, 'bundle.js');
const codeFile = join(__dirname, 'bundle.code');
/** V8 of Node 20 lacks a flag that it would print an error about. */
const isNode24 = Number(process.versions.node.split('.')[0]) >= 24;

function compile() {
  // V8 rejects code that it compiled with other flags. These have had their effect: the heap has its size.
  for (const flag of ['max-old-space-size', 'max-semi-space-size']) v8.setFlagsFromString(`--${flag}=0`);
  // The smaller the limit of the heap, the sooner V8 collects all of it again: with 288 MiB, after every 110 purchases.
  v8.setFlagsFromString('--heap-growing-percent=60');
  // A purchase calls most functions a few times at most, and V8 optimizes a function fully after 3,000 calls.
  if (isNode24) v8.setFlagsFromString('--invocation-count-for-turbofan=600');
  // Node reads source maps of modules only, so this is a module of no code with the name and the map of the bundle.
  module._compile('//# sourceMappingURL=bundle.js.map', file);
  return new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: existsSync(codeFile) ? readFileSync(codeFile) : undefined,
  });
}

function start(script, program) {
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle);
  void bundle.exports.programs[program]();
}

exports.run = (program) => {
  start(compile(), program);
};

/** Stores the code of all functions that the service needs until it has read its configuration, and ends there. */
exports.store = () => {
  const script = compile();
  process.once('exit', () => writeFileSync(codeFile, script.createCachedData()));
  start(script, 'index');
};
