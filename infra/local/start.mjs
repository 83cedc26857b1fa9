// npm start: plain JavaScript without packages, because it installs them.
import { requireNode } from './node-version.mjs';

requireNode();
const { install } = await import('./install.mjs');
install();
const { register } = await import('tsx/esm/api');
register();
await import('./src/main.ts');
