import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOrder, CommandOutcome } from '../aws/ssm/command-invocations';
import type { ManagedInstance } from '../aws/ssm/managed-instances';
import { ControlServer } from './control-server';
import type { ProcessHook, Program, Unit } from './host-process';
import { HostSupervisor } from './host-supervisor';
import { type ScriptFile, standInScript, toolScript, wrapperScript } from './programs-on-path';
import { placeIn, SsmAgent } from './ssm-agent';
import { systemctl } from './systemctl';
import { UnitService } from './units';

export interface HostProps {
  readonly instance: ManagedInstance;
  /** Under a real supervisord. @default - the host has none */
  readonly programs?: readonly Program[];
  /** Under what answers as systemd. @default - none */
  readonly units?: readonly Unit[];
  /** Told of what a hook has thrown. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * A managed instance of the rehearsal: a folder with programs of its own on PATH. Commands run on it as real processes;
 * `$ROOT` is that folder, for what would be a path on the real machine.
 */
export class Host {
  private readonly agent: SsmAgent;
  private supervisor?: HostSupervisor;
  private control?: ControlServer;
  private readonly units: ReadonlyMap<string, UnitService>;

  private constructor(
    private readonly props: HostProps,
    readonly root: string,
  ) {
    this.agent = new SsmAgent(placeIn(root));
    this.units = new Map((props.units ?? []).map((unit) => [unit.name, new UnitService(root, unit)]));
  }

  /** Resolves when its services run. */
  static async start(props: HostProps): Promise<Host> {
    // Short: a socket's path has at most 107 bytes.
    const host = new Host(props, await mkdtemp(join(tmpdir(), 'host-')));
    try {
      await host.boot();
    } catch (error) {
      await host.stop();
      throw error;
    }
    return host;
  }

  get instance(): ManagedInstance {
    return this.props.instance;
  }

  /** Carries out a command. */
  run(order: CommandOrder, signal: AbortSignal): Promise<CommandOutcome> {
    return this.agent.run(order, signal);
  }

  /** Every program and unit, as `supervisorctl status` and `systemctl is-active` say. */
  async states(): Promise<Readonly<Record<string, string>>> {
    const units = [...this.units].map(([name, { state }]) => [name, state.active] as const);
    return { ...(await this.supervisor?.states()), ...Object.fromEntries(units) };
  }

  /** Ends every process of it, and removes its folder. */
  async stop(): Promise<void> {
    this.agent.stop();
    await Promise.all([...this.units.values()].map((unit) => unit.stop()));
    await this.supervisor?.stop();
    await this.control?.stop();
    await rm(this.root, { recursive: true, force: true });
  }

  private async boot(): Promise<void> {
    const { programs = [], units = [], onFault } = this.props;
    for (const folder of ['bin', 'etc', 'log', 'run']) await mkdir(join(this.root, folder));
    this.control = await ControlServer.start({ systemctl: systemctl(this.units) }, hooksOf(programs, units), onFault);
    await this.install(toolScript('systemctl', this.control.port));
    await this.install(standInScript(this.control.port));
    if (programs.length > 0) {
      this.supervisor = await HostSupervisor.start(this.root, programs);
      await this.install(wrapperScript('supervisorctl', this.supervisor.control));
    }
    for (const unit of this.units.values()) {
      if (unit.enabled) await unit.start();
    }
  }

  private install({ name, text }: ScriptFile): Promise<void> {
    return writeFile(join(this.root, 'bin', name), text, { mode: 0o755 });
  }
}

function hooksOf(programs: readonly Program[], units: readonly Unit[]): ReadonlyMap<string, ProcessHook> {
  const hooks = new Map<string, ProcessHook>();
  for (const { name, process } of [...programs, ...units]) {
    if (typeof process !== 'string') hooks.set(name, process);
  }
  return hooks;
}
