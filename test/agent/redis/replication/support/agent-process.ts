import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { AGENT_NODE_OPTIONS, type VerbName, type Verbs } from '../../../../../contract/agent';
import type { AgentSetup } from './agent-main';

export interface AgentUsage {
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  readonly cpu: NodeJS.CpuUsage;
}

/** The agent's Redis verbs in a process of their own: with a memory of their own, and one that can be killed. */
export class AgentProcess {
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private next = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: { id: number; result?: unknown; error?: string }) => {
      const waiter = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error === undefined) waiter?.resolve(message.result);
      else waiter?.reject(new Error(message.error));
    });
    child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the agent process has ended'));
      this.waiting.clear();
    });
  }

  static async start(setup: AgentSetup): Promise<AgentProcess> {
    const agent = new AgentProcess(fork(bundle(), { execArgv: ['--enable-source-maps', AGENT_NODE_OPTIONS] }));
    await agent.ask({ setup });
    return agent;
  }

  async run<V extends VerbName>(verb: V, args: Verbs[V]['args']): Promise<Verbs[V]['result']> {
    return (await this.ask({ request: { verb, args } })) as Verbs[V]['result'];
  }

  async usage(): Promise<AgentUsage> {
    return (await this.ask({ usage: true })) as AgentUsage;
  }

  /** Ends it as a crash would. Safe to call twice. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private ask(message: object): Promise<unknown> {
    this.next += 1;
    const id = this.next;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, ...message });
    });
  }
}

let built: string | undefined;

/** One file, as it is shipped: started in a moment, and without a compiler's memory. */
function bundle(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), 'agent-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  built = join(folder, 'agent.js');
  buildSync({
    entryPoints: [join(__dirname, 'agent-main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    outfile: built,
    logLevel: 'error',
  });
  return built;
}
