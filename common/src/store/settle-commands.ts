/**
 * Has every command of the MongoDB driver (7.8 and 7.9) settle. Before the driver reads the answer, it waits for `drain`
 * when `socket.write` returns false. Node's write returns false on a destroyed socket too, and then emits neither `drain`
 * nor `error`, only `close`; socketTimeoutMS does not apply to such a socket. So a command that began between the loss of
 * its connection and `close` would never end: neither would the event handler or the batch of reads that waits for it.
 */
import { Connection } from 'mongodb/lib/cmap/connection.js';

const { onClose } = Connection.prototype;

/** Ends the wait: the driver then rejects the command with the error that `onClose` has stored. */
Connection.prototype.onClose = function () {
  onClose.call(this);
  this.socket.emit('drain');
};
