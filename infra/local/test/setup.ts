// Runs before every test file of every project.

// Generous, because a busy machine must not fail a test: this only ends a test that would never end.
jest.setTimeout(180_000);

let unexpectedErrors: unknown[][] = [];
const write = console.error;

beforeEach(() => {
  unexpectedErrors = [];
  console.error = (...args: unknown[]) => {
    unexpectedErrors.push(args);
    write(...args);
  };
});

afterEach(() => {
  console.error = write;
  if (unexpectedErrors.length > 0)
    throw new Error(`Unexpected console.error: ${unexpectedErrors.map(String).join('\n')}`);
});
