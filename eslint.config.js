import js from '@eslint/js';
import importSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';
import serviceList from './services.json' with { type: 'json' };

const services = Object.keys(serviceList);

/** Restrictions of one file replace each other in ESLint, so each kind of file gets its whole list at once. */
function forbid(...groups) {
  return { 'no-restricted-imports': ['error', { patterns: groups.flat() }] };
}

const ownTransport = {
  group: ['node-nats-streaming', '@nats-io/*'],
  message:
    'Only common/src/bus/nats-streaming*.ts and common/src/bus/jetstream*.ts know the brokers; everything else uses EventBus.',
};
const testingOnly = {
  group: ['@ticketing/common/testing', '**/testing.ts'],
  message: 'The testing entry point is for tests and infra/local.',
};
const oneStripe = { group: ['stripe'], message: 'Only payments/src/stripe.ts talks to Stripe.' };
const noIndex = {
  group: ['./index.ts', '../index.ts', '../../index.ts'],
  message: 'An index.ts starts a program; import the file that has what you need.',
};
const othersOf = (service) => ({
  regex: `^(\\.\\./)+(${services.filter((other) => other !== service).join('|')})(/|$)|^@ticketing/(?!common(/ops|/testing)?$)`,
  message: 'Services meet only through events.',
});
const pure = {
  regex: '^(?!@ticketing/common$)',
  message: 'The rules are pure: no express, mongoose, bus or clock.',
};
const siblings = (name) => ({
  group: [`./*.ts`, `../${name}/*`, `!./index.ts`],
  message: `${name} do not import each other: what two need belongs beside the model or the rules.`,
});

/** Intl prints money; the number of decimals and the list of currencies are never read from it. */
const moneyFacts = [
  "CallExpression[callee.property.name='supportedValuesOf'] > Literal[value='currency']",
  'MemberExpression[property.name=/^(minimum|maximum)FractionDigits$/]',
  'ObjectPattern > Property[key.name=/^(minimum|maximum)FractionDigits$/]',
].map((selector) => ({
  selector,
  message:
    'Facts about currencies come from common/src/currencies.ts: those of Intl differ between builds of Node.',
}));

const inProgram = [ownTransport, testingOnly, oneStripe];

export default tseslint.config(
  { ignores: ['**/dist/', '**/.next/', '**/.local/', '**/coverage/', '**/node_modules/', 'client/'] },
  js.configs.recommended,
  {
    plugins: { 'import-sort': importSort },
    rules: {
      // One order everywhere: node:, packages, @ticketing/common, relative. `eslint --fix` sorts.
      'import-sort/imports': [
        'error',
        { groups: [['^node:', '^(?!@ticketing/)@?\\w', '^@ticketing/', '^\\.']] },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-syntax': ['error', ...moneyFacts],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off', // type for shapes, interface for what has several implementations
      '@typescript-eslint/non-nullable-type-assertion-style': 'off', // it would ask for `!`
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, boolean: true } },
      ],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/require-await': 'off', // fakes and interfaces are async without awaiting
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }], // Express 5 awaits its handlers
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  { files: ['**/src/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: [...services, 'common'].map((name) => `${name}/src/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: { 'max-lines-per-function': ['error', 60] },
  },

  ...services.map((service) => ({
    files: [`${service}/src/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: {
      ...forbid(inProgram, noIndex, othersOf(service)),
      'max-lines': ['error', 250],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read in index.ts and config.ts only.',
        },
      ],
    },
  })),
  { files: ['*/src/index.ts', '*/src/config.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['orders/src/purchase.ts', 'tickets/src/reservation.ts', 'payments/src/charge.ts'],
    rules: forbid(pure),
  },
  ...services.flatMap((service) =>
    ['routes', 'listeners'].map((name) => ({
      files: [`${service}/src/${name}/*.ts`],
      ignores: ['**/*.test.ts', '**/listeners/index.ts'],
      rules: forbid(inProgram, noIndex, othersOf(service), siblings(name)),
    })),
  ),
  {
    files: ['payments/src/stripe.ts', 'payments/src/stripe-http.ts', 'payments/src/stripe-objects.ts'],
    rules: forbid(ownTransport, testingOnly, noIndex, othersOf('payments')),
  },
  {
    files: ['common/src/**/*.ts'],
    ignores: ['**/*.test.ts', 'common/src/bus/nats-streaming*.ts', 'common/src/bus/jetstream*.ts'],
    rules: forbid(inProgram, noIndex),
  },
  { files: ['common/src/testing.ts'], rules: forbid(ownTransport, oneStripe) },

  {
    files: ['**/*.test.ts', '**/test/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      // Bodies of HTTP answers are any: what they hold is what the test says.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
