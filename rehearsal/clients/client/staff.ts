/** One client of a process: a user, a worker. It does one thing at a time. */
export interface Client {
  readonly kind: string;
  /** One turn of its work; it leaves nothing behind that the next turn must clean up. */
  turn(): Promise<void>;
}

/** A connection that is made again whenever it breaks. */
export interface Kept {
  readonly connected: boolean;
  /** Connects, and connects again, until `stop`. */
  keep(): Promise<void>;
  stop(): void;
}

/** A client at work. */
export interface Employed {
  readonly client: Client;
  /** Absent where it connects again for every turn. */
  readonly connection?: Kept;
  /** Whether it takes turns at given times. The others wait for what they are given to do. */
  readonly paced: boolean;
}
