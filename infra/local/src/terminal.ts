const isTerminal = process.stdout.isTTY;

export type Progress = {
  done: (name: string, ms: number) => void;
  say: (line: string) => void;
  end: () => void;
};

/** What is going on, with the seconds it takes; nothing of it when nobody watches. */
export function showProgress(title: string): Progress {
  if (!isTerminal) return { done: () => undefined, say: () => undefined, end: () => undefined };
  const started = Date.now();
  let current = title;
  const draw = () => process.stdout.write(`\r\u001b[K${current} ${seconds(Date.now() - started)}`);
  const line = (text: string) => {
    process.stdout.write(`\r\u001b[K${text}\n`);
    draw();
  };
  const timer = setInterval(draw, 200);
  draw();
  return {
    done: (name, ms) => line(`  ✓ ${name.padEnd(20)} ${seconds(ms)}`),
    say(text) {
      current = text;
      draw();
    },
    end() {
      clearInterval(timer);
      process.stdout.write('\r\u001b[K');
    },
  };
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
