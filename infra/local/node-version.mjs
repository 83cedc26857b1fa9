/** Says what to do and ends when Node.js is too old; written so that old ones understand it. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `This needs Node.js 20.19 or later; this is ${process.versions.node}.\nGet a current one from https://nodejs.org or with your version manager (the repository has an .nvmrc).`,
  );
  process.exit(1);
}
