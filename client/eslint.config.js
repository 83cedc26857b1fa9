import nextVitals from 'eslint-config-next/core-web-vitals';
import nextTypescript from 'eslint-config-next/typescript';

const config = [
  ...nextVitals,
  ...nextTypescript,
  { ignores: ['.next/**', 'next-env.d.ts'] },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      // Posters are SVG in their final size, so next/image would only add 5.6 KiB of script.
      '@next/next/no-img-element': 'off',
      // Sign-in, sign-out and checkout need a full page load: the layout or the content security policy changes.
      '@next/next/no-location-assign-relative-destination': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(minimum|maximum)FractionDigits$/]',
          message:
            'Decimals come from lib/money.ts: those of Intl differ between browsers and builds of Node.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['axios'], message: 'Use axios on the server only: in the browser it costs 20 KiB.' },
          ],
        },
      ],
    },
  },
  { files: ['src/server/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['budgets.mjs', 'check-styles.mjs'], rules: { 'no-console': 'off' } },
];

export default config;
