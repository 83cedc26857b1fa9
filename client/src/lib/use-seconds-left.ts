'use client';

import { useEffect, useState } from 'react';

const TICK_MS = 250;

/**
 * Whole seconds until `expiresAt`, by the server's clock. `serverNow` is from the same response; from then on the
 * browser's monotonic clock counts, so a wrong or changed system clock has no effect.
 */
export function useSecondsLeft(expiresAt: string, serverNow: string): number {
  const leftAtAnswer = Date.parse(expiresAt) - Date.parse(serverNow);
  const initial = Math.max(0, Math.ceil(leftAtAnswer / 1000));
  const [counted, setCounted] = useState({ leftAtAnswer, seconds: initial });

  useEffect(() => {
    const start = performance.now();
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((leftAtAnswer - (performance.now() - start)) / 1000));
      setCounted((last) =>
        last.leftAtAnswer === leftAtAnswer && last.seconds === seconds ? last : { leftAtAnswer, seconds },
      );
    };
    const timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [leftAtAnswer, serverNow]);

  return counted.leftAtAnswer === leftAtAnswer ? counted.seconds : initial;
}
