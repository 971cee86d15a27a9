import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBundle, bundles } from '../../scripts/bundle';

/** @returns the file of the agent as it is shipped */
export function buildAgent(folder: string): Promise<string> {
  const bundle = bundles.find(({ name }) => name === 'agent');
  if (bundle === undefined) throw new Error('There is no bundle of the agent.');
  return buildBundle(bundle, folder);
}

/** The bundle as a process of its own. */
export class Program {
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(program: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    const { PATH = '' } = process.env;
    this.child = spawn(program, args, { env: { PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The events of its log. */
  get log(): readonly Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  /** Waits until its log has an event so often. */
  async has(event: string, times = 1): Promise<void> {
    while (this.log.filter((line) => line.event === event).length < times) await sleep(20);
  }
}
