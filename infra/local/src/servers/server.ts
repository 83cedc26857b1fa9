export type ServerName =
  'mongod' | 'redis-server' | 'nats-streaming-server' | 'nats-server' | 'prometheus' | 'promtool';

/** One way to get a server. `get` writes the executable to `folder` under the server's name, or rejects with the reason. */
export type Source = { name: string; get: (folder: string) => Promise<void> };

export type Server = {
  name: ServerName;
  minimumVersion: string;
  /** The environment variable with the path of the user's own copy. */
  variable: string;
  sources: Source[];
  /** The command or page for installing it by hand. */
  install: string;
};
