import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentDeathGuard } from '../engines/parent-death';
import type { Unit } from './host-process';
import { pathOf, quoted, STAND_IN } from './programs-on-path';

/** As `systemctl show` names them. */
export interface UnitState {
  readonly active: 'active' | 'inactive' | 'failed' | 'activating' | 'deactivating';
  readonly sub: 'running' | 'dead' | 'failed' | 'auto-restart' | 'stop-sigterm';
}

const INACTIVE: UnitState = { active: 'inactive', sub: 'dead' };
const FAILED: UnitState = { active: 'failed', sub: 'failed' };

/** DefaultRestartSec. */
const RESTART_MS = 100;
const STOP_SECONDS = 90;

/** A service as systemd runs it: one main process with its group, ended by SIGTERM, then by SIGKILL. */
export class UnitService {
  state: UnitState = INACTIVE;
  enabled: boolean;
  masked = false;
  restarts = 0;
  /** Paths of `ConditionPathExists=`, as of the last time that systemd read its files. */
  private conditions: readonly string[] = [];
  private main?: ChildProcess;
  private starting?: Promise<void>;
  private stopping = false;

  constructor(
    private readonly root: string,
    readonly unit: Unit,
  ) {
    this.enabled = unit.enabled ?? true;
  }

  get mainPid(): number {
    return this.main?.pid ?? 0;
  }

  /** Resolves when it runs; `Type=exec`. Started twice at once, it runs once. */
  start(): Promise<void> {
    if (this.main !== undefined) return Promise.resolve();
    // It is skipped, and the caller is told of no failure.
    if (!this.conditionsHold()) {
      this.state = INACTIVE;
      return Promise.resolve();
    }
    this.stopping = false;
    this.starting ??= this.spawn().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Reads the unit's drop-ins; of what may be in them, `ConditionPathExists=` is known. */
  async reload(): Promise<void> {
    const folder = join(this.root, 'etc/systemd/system', `${this.unit.name}.d`);
    const names = existsSync(folder) ? await readdir(folder) : [];
    const conditions = new Set<string>();
    for (const name of names.filter((each) => each.endsWith('.conf')).sort()) {
      for (const [, path = ''] of (await readFile(join(folder, name), 'utf8')).matchAll(
        /^ConditionPathExists=(.*)$/gm,
      )) {
        if (path === '') conditions.clear();
        else conditions.add(path);
      }
    }
    this.conditions = [...conditions];
  }

  private conditionsHold(): boolean {
    return this.conditions.every((path) => (path.startsWith('!') ? !existsSync(path.slice(1)) : existsSync(path)));
  }

  private async spawn(): Promise<void> {
    const { process: what, name } = this.unit;
    const command = typeof what === 'string' ? what : `${quoted(join(this.root, 'bin', STAND_IN))} ${name}`;
    const guard = await parentDeathGuard();
    const argv = [...(guard === undefined ? [] : [guard.file, ...guard.args]), '/bin/sh', '-c', `exec ${command}`];
    const [file = '', ...args] = argv;
    const main = spawn(file, args, {
      cwd: this.root,
      env: { PATH: pathOf(this.root), ROOT: this.root },
      stdio: 'ignore',
      detached: true,
    });
    await once(main, 'spawn');
    this.main = main;
    this.state = { active: 'active', sub: 'running' };
    main.once('exit', (code) => this.ended(code === 0));
  }

  async stop(): Promise<void> {
    const { main } = this;
    // Also one that systemd is about to start again stays down.
    this.stopping = true;
    if (main === undefined) {
      if (this.state.active !== 'failed') this.state = INACTIVE;
      return;
    }
    this.state = { active: 'deactivating', sub: 'stop-sigterm' };
    const exited = once(main, 'exit');
    this.signal('SIGTERM');
    const late = new AbortController();
    const timer = sleep((this.unit.timeoutStopSec ?? STOP_SECONDS) * 1000, undefined, { signal: late.signal }).then(
      () => this.signal('SIGKILL'),
      () => undefined,
    );
    await exited;
    late.abort();
    await timer;
  }

  /** KillMode=control-group: everything it has started, too. */
  private signal(signal: NodeJS.Signals): void {
    if (this.main?.pid === undefined) return;
    try {
      process.kill(-this.main.pid, signal);
    } catch (error) {
      // It ended in between.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private ended(clean: boolean): void {
    this.main = undefined;
    const { restart = 'no' } = this.unit;
    if (!this.stopping && (restart === 'always' || (restart === 'on-failure' && !clean))) {
      this.state = { active: 'activating', sub: 'auto-restart' };
      setTimeout(() => void this.again(), RESTART_MS).unref();
      return;
    }
    // Ended by the signal that it was sent: that is how a service stops.
    this.state = clean || this.stopping ? INACTIVE : FAILED;
  }

  private async again(): Promise<void> {
    if (this.stopping) return;
    this.restarts += 1;
    await this.start();
  }
}
