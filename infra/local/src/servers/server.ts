export type ServerName = 'mongod' | 'redis-server' | 'nats-streaming-server' | 'nats-server';

/** A way to get a program. `get` leaves it in `folder` under its own name, or rejects with the reason. */
export type Source = { name: string; get: (folder: string) => Promise<void> };

export type Server = {
  name: ServerName;
  atLeast: string;
  /** The variable that names an own copy of the program. */
  variable: string;
  sources: Source[];
  /** What a person would type to install it. */
  install: string;
};
