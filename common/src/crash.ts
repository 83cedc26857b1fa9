export const crashPoints = ['after-commit', 'after-publish', 'after-stripe', 'before-ack'] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** Kills the process when it reaches the crash point that a fault test chose; does nothing at the other points. */
export type Crash = (point: CrashPoint) => void;

/** `chosen` is the value of CRASH_AT. The process gets SIGKILL, which has the effect of a power cut. */
export function crashAt(chosen: CrashPoint | undefined): Crash {
  return (point) => {
    if (point === chosen) process.kill(process.pid, 'SIGKILL');
  };
}
