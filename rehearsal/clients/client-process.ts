import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromProcess, ProcessSettings, Slice, ToProcess } from './protocol';

/** How long a process may take to finish what it is doing, in milliseconds; longer than a command's time-out. */
const GRACE_MS = 10_000;

interface Events<Report> {
  reports: [readonly Report[], readonly Slice[]];
  /** @param reported - whether it told all it did before it ended */
  ended: [reported: boolean];
}

/** One process of clients, seen from the one that started it. It ends with that one, whose end closes the channel. */
export class ClientProcess<Settings extends ProcessSettings, Report> extends EventEmitter<Events<Report>> {
  private readonly child: ChildProcess;
  private reported = false;
  /** Resolves when its clients take their first turns, or when it has ended before. */
  readonly began: Promise<void>;
  private settleBegan: () => void = () => undefined;
  /** Resolves when all its clients are connected for the first time, or when it has ended before. */
  readonly connected: Promise<void>;
  private settleConnected: () => void = () => undefined;

  constructor(readonly settings: Settings) {
    super();
    this.began = new Promise((resolve) => {
      this.settleBegan = resolve;
    });
    this.connected = new Promise((resolve) => {
      this.settleConnected = resolve;
    });
    const { file, execArgv } = program();
    this.child = fork(file, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.child.on('message', (message: FromProcess<Report>) => this.take(message));
    // `close` and not `exit`: only then has every message arrived.
    this.child.on('close', () => {
      this.settleBegan();
      this.settleConnected();
      this.emit('ended', this.reported);
    });
    this.tell({ type: 'start', settings });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Lets every client finish its turn, give back its locks and hang up. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this, 'ended');
    this.tell({ type: 'stop' });
    const late = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(late);
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this, 'ended');
    this.child.kill('SIGKILL');
    await ended;
  }

  private tell(message: ToProcess<Settings>): void {
    // A process that just ended is told nothing; `ended` says so.
    this.child.send(message, () => undefined);
  }

  private take(message: FromProcess<Report>): void {
    if (message.type === 'reports') this.emit('reports', message.reports, message.slices);
    else if (message.type === 'began') this.settleBegan();
    else if (message.type === 'connected') this.settleConnected();
    else this.reported = true;
  }
}

/** From sources the program runs under tsx; in the published package it is beside this one, and shares its parts. */
function program(): { file: string; execArgv: string[] } {
  const source = join(__dirname, 'client', 'process.ts');
  if (existsSync(source)) return { file: source, execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href] };
  return { file: join(__dirname, 'load-clients.mjs'), execArgv: [] };
}
