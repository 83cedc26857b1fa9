const CLEAR_LINE = '\r\u001b[K';
const isTerminal = process.stdout.isTTY;

export type Progress = {
  /** Prints a finished step. */
  done: (step: string, ms: number) => void;
  /** Replaces the description of the current step. */
  update: (text: string) => void;
  end: () => void;
};

export const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Shows the current step with its running time; without a terminal, prints one line per step instead. */
export function showProgress(title: string): Progress {
  if (!isTerminal) return { done: printDone, update: print, end: () => undefined };
  const startedAt = Date.now();
  let current = title;
  const draw = () => process.stdout.write(`${CLEAR_LINE}${current} … ${seconds(Date.now() - startedAt)}`);
  const timer = setInterval(draw, 200);
  draw();
  return {
    done(step, ms) {
      process.stdout.write(CLEAR_LINE);
      printDone(step, ms);
      draw();
    },
    update(text) {
      current = text;
      draw();
    },
    end() {
      clearInterval(timer);
      process.stdout.write(CLEAR_LINE);
    },
  };
}

function printDone(step: string, ms: number) {
  print(`  ✓ ${step.padEnd(20)} ${seconds(ms)}`);
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
