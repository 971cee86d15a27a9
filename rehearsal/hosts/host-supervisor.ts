import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from '../engines/engine';
import { parentDeathGuard } from '../engines/parent-death';
import { ServerProcess } from '../engines/server-process';
import type { Program } from './host-process';
import { pathOf } from './programs-on-path';
import { programConfiguration, supervisorConfiguration, supervisorFiles } from './supervisor-configuration';
import { findSupervisor } from './supervisor-packages';

const run = promisify(execFile);

/** A real supervisord with a host's programs. */
export class HostSupervisor {
  private constructor(
    private readonly process: ServerProcess,
    /** supervisorctl, for this supervisord. */
    readonly control: Command,
  ) {}

  /** Resolves when it answers; its programs are started then or soon after. */
  static async start(root: string, programs: readonly Program[]): Promise<HostSupervisor> {
    const { daemon, control } = await findSupervisor();
    const files = supervisorFiles(root);
    const guard = await parentDeathGuard();
    await mkdir(files.programs, { recursive: true });
    await writeFile(files.configuration, supervisorConfiguration(root));
    for (const program of programs) {
      const text = programConfiguration(root, program, guard === undefined ? [] : [guard.file, ...guard.args]);
      await writeFile(join(files.programs, `${program.name}.conf`), text);
    }
    const configured = (command: Command): Command => ({
      ...command,
      args: [...command.args, '-c', files.configuration],
    });
    const process = new ServerProcess({ title: `supervisord in ${root}`, folder: root, ready: /supervisord started/ });
    const started = new HostSupervisor(process, configured(control));
    await process.start({ ...configured(daemon), env: { ...daemon.env, PATH: pathOf(root) } });
    return started;
  }

  /** What `supervisorctl status` says of each, e.g. `RUNNING`. */
  async states(): Promise<Readonly<Record<string, string>>> {
    const { file, args, env } = this.control;
    const { stdout } = await run(file, [...args, 'status'], { env: { ...process.env, ...env } }).catch(
      // It exits with 3 where a program does not run; the list is there all the same.
      (error: Error & { stdout?: string; code?: unknown }) => {
        if (error.code !== 3 || error.stdout === undefined) throw error;
        return { stdout: error.stdout };
      },
    );
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => {
          const [name = '', state = ''] = line.split(/\s+/);
          return [name, state];
        }),
    );
  }

  /** Ends every program as `supervisorctl shutdown` does, then itself. */
  async stop(): Promise<void> {
    await this.process.end('SIGTERM');
  }
}
