/** An event's place in the log of its channel: its sequence number, and when it was stored, in ms since 1970. */
export type Position = { sequence: number; time: number };

/** Where a service stores its positions, by channel. */
export interface PositionStore {
  read(): Promise<Map<string, Position>>;
  write(positions: Map<string, Position>): Promise<void>;
}
