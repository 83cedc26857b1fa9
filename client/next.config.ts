import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NextConfig } from 'next';

/**
 * Marks the scripts that every page runs, so that Chromium compiles them whole, in the background, while they load.
 * Otherwise it compiles each function on the main thread when it is first called. To other browsers it is a comment.
 * See https://github.com/WICG/explicit-javascript-compile-hints-file-based
 */
async function hintAtCompilation({ projectDir, distDir }: { projectDir: string; distDir: string }) {
  const built = path.resolve(projectDir, distDir);
  const manifest = await readFile(path.join(built, 'build-manifest.json'), 'utf8');
  const { rootMainFiles } = JSON.parse(manifest) as { rootMainFiles: string[] };
  for (const name of rootMainFiles) {
    const file = path.join(built, name);
    await writeFile(file, `//# allFunctionsCalledOnLoad\n${await readFile(file, 'utf8')}`);
  }
}

const config: NextConfig = {
  compiler: { runAfterProductionCompile: hintAtCompilation },
  output: 'standalone',
  outputFileTracingRoot: path.join(import.meta.dirname, '..'),
  turbopack: { root: path.join(import.meta.dirname, '..') },
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true }, // `npm run typecheck` finds them; a third of the build was spent on it
  // Metadata is in the first bytes for every user agent, so that title and icon work without JavaScript.
  htmlLimitedBots: /.*/,
  reactStrictMode: true,
  rewrites: () => Promise.resolve([{ source: '/.well-known/security.txt', destination: '/security.txt' }]),
  // The addresses of the previous client.
  redirects: () =>
    Promise.resolve([
      { source: '/.well-known/change-password', destination: '/account', permanent: false },
      { source: '/favicon.ico', destination: '/icon.svg', permanent: false },
      { source: '/tickets/new', destination: '/sell/new', permanent: false },
      { source: '/tickets/:id/edit', destination: '/sell/:id', permanent: false },
      { source: '/orders/:id/pay', destination: '/checkout/:id', permanent: false },
      { source: '/signin', destination: '/auth/signin', permanent: false },
      { source: '/signup', destination: '/auth/signup', permanent: false },
      { source: '/browse', destination: '/tickets', permanent: false },
    ]),
};

export default config;
