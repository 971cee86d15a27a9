/** Something of the rehearsal that starts and stops as a process would: its clients, for one. */
export interface ProcessHook {
  start(): void | Promise<void>;
  /** Resolves when it has ended; until then the process that stands for it is there. */
  stop(): void | Promise<void>;
}

/** What a supervised program or a unit runs: a command line, or something of the rehearsal. */
export type HostProcess = string | ProcessHook;

/** A program under supervisord. */
export interface Program {
  /** e.g. `queue-watcher`. */
  readonly name: string;
  readonly process: HostProcess;
  /** Whether it is started again when it ends by itself. @default true */
  readonly autorestart?: boolean;
  /** Whether it runs before the migration. @default true */
  readonly autostart?: boolean;
  /** Seconds from SIGTERM to SIGKILL. @default 10 */
  readonly stopwaitsecs?: number;
}

/** A service under systemd. */
export interface Unit {
  /** e.g. `queue-watcher.service`. */
  readonly name: string;
  readonly process: HostProcess;
  /** @default 'no' */
  readonly restart?: 'no' | 'always' | 'on-failure';
  /** Whether it is started with the machine, and so runs before the migration. @default true */
  readonly enabled?: boolean;
  /** TimeoutStopSec: seconds from SIGTERM to SIGKILL. @default 90 */
  readonly timeoutStopSec?: number;
}
