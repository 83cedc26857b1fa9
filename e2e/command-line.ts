/**
 * Options of a program as `read` returns them. `--help` ends the process with the usage; what `read` throws ends it with
 * the message, the usage and exit code 2.
 */
export function optionsOrUsage<T>(usage: string, read: () => T): T {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit();
  }
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    process.exit(2);
  }
}
