// Runs before every test file of every project.

// A busy machine is no failure of a test: this only ends what would never end.
jest.setTimeout(180_000);

let complaints: unknown[][] = [];
const write = console.error;

beforeEach(() => {
  complaints = [];
  console.error = (...args: unknown[]) => {
    complaints.push(args);
    write(...args);
  };
});

afterEach(() => {
  console.error = write;
  if (complaints.length > 0)
    throw new Error(`Unexpected console.error: ${complaints.map(String).join('\n')}`);
});
