// Runs before every test file of every project.

jest.setTimeout(30_000);

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
