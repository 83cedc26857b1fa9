import type { Socket } from 'node:net';

type Packet = { dueAt: number; chunk: Buffer | 'end' | 'close' };

/** One direction of a proxied connection. Packets wait while `isHeld`, and each for at least `delayMs`. */
export type Pipe = {
  source: Socket;
  sink: Socket;
  isHeld: boolean;
  delayMs: number;
  /** Forwards the packets that are due. Call it after a change of `isHeld` or `delayMs`. */
  flush(): void;
};

export function createPipe(options: {
  source: Socket;
  sink: Socket;
  isHeld: boolean;
  delayMs: number;
  /** Called when the source has closed and everything before that is forwarded. */
  onClose: (pipe: Pipe) => void;
}): Pipe {
  const { source, sink, onClose } = options;
  const waiting: Packet[] = [];
  let timer: NodeJS.Timeout | undefined;
  const pipe: Pipe = { source, sink, isHeld: options.isHeld, delayMs: options.delayMs, flush };

  function push(chunk: Packet['chunk']) {
    waiting.push({ dueAt: Date.now() + pipe.delayMs, chunk });
    flush();
  }

  function flush() {
    clearTimeout(timer);
    while (!pipe.isHeld) {
      const [packet] = waiting;
      if (!packet) return;
      const remainingMs = packet.dueAt - Date.now();
      if (remainingMs > 0) {
        timer = setTimeout(flush, remainingMs);
        return;
      }
      waiting.shift();
      forward(packet.chunk);
    }
  }

  function forward(chunk: Packet['chunk']) {
    if (chunk === 'close') {
      onClose(pipe);
      sink.destroy();
    } else if (chunk === 'end') sink.end();
    else if (!sink.destroyed) sink.write(chunk);
  }

  source.on('data', push);
  source.on('end', () => push('end'));
  source.on('close', () => push('close'));
  return pipe;
}
