/** The part of the driver's class that settle-commands.ts uses: the driver has no types for it. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    /** Listens to `close` of the socket. */
    onClose: (this: Connection) => void;
  }
}
