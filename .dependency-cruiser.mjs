/** Import cycles, `import type` included: of two files that import each other, neither can be read first. */
export default {
  forbidden: [{ name: 'import-cycle', severity: 'error', from: {}, to: { circular: true } }],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // sees `import type`
    includeOnly: '\\.(ts|tsx|mjs)$',
    exclude: '(^|/)(node_modules|dist|\\.next|\\.local|coverage)/',
  },
};
