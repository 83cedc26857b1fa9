/**
 * Exits with instructions when Node.js is too old, or runs on Windows itself, which has no Unix signals, by which all
 * programs stop. The syntax is simple, so that old versions can parse it.
 */
export function requireNode() {
  if (process.platform === 'win32') {
    console.error(
      'Windows is supported by WSL 2 and by the dev container only; see docs/troubleshooting.md.',
    );
    process.exit(1);
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Node.js 20.19 or later is required; this is ${process.versions.node}.\nInstall a current version from https://nodejs.org, or with your version manager (the repository has an .nvmrc).`,
  );
  process.exit(1);
}
