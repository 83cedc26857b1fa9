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
      // Posters are SVG drawn by this server, in their final size: next/image has nothing to do and costs 5.6 KiB.
      '@next/next/no-img-element': 'off',
      // Signing in or out and paying leave with a full load: the frame, or the content security policy, changes.
      '@next/next/no-location-assign-relative-destination': 'off',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['axios'], message: 'axios stays on the server: in the browser it costs 20 KiB.' },
          ],
        },
      ],
    },
  },
  { files: ['src/server/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['budgets.mjs', 'check-styles.mjs'], rules: { 'no-console': 'off' } },
];

export default config;
