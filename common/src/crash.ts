export const crashPoints = ['after-commit', 'after-publish', 'after-stripe', 'before-ack'] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** Ends the process as a power cut would when it reaches the point that the fault tests chose. */
export type Crash = (point: CrashPoint) => void;

export function crashAt(chosen: CrashPoint | undefined): Crash {
  return (point) => {
    if (point === chosen) process.kill(process.pid, 'SIGKILL');
  };
}
