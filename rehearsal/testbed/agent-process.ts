import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_NODE_OPTIONS } from '../../contract/agent';
import type { AwsCredentials } from '../aws/endpoint/credentials';
import { vpcResolver } from './vpc-resolver';

export interface AgentProcessProps {
  /** The agent's program, as the assembly ships it. */
  readonly program: string;
  readonly endpointUrl: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly configurationParameter: string;
  /** What its user data would tell the host: JSON. */
  readonly reach: string;
  readonly journalParameter: string;
  readonly activityArn: string;
  /** Authorities that it must know beside its own; PEM. @default - none */
  readonly authority?: string;
  /** Whom it asks for names, as the resolver of its VPC. @default - the machine's resolver */
  readonly nameServer?: { readonly host: string; readonly port: number };
  /** Every line it logs. */
  readonly onLine: (line: string) => void;
}

/** As systemd waits before it starts a service that has died. */
const RESTART_MS = 2_000;
const GRACE_MS = 5_000;

/** The migration host: the agent as a service, started again whatever happens to it. */
export class AgentProcess {
  static async start(props: AgentProcessProps): Promise<AgentProcess> {
    const agent = new AgentProcess(props, await mkdtemp(join(tmpdir(), 'cutover-agent-')));
    await mkdir(agent.stateDirectory);
    await writeFile(agent.reachFile, props.reach);
    if (props.authority !== undefined) await writeFile(agent.authorityFile, props.authority);
    if (props.nameServer !== undefined) await writeFile(agent.resolverFile, vpcResolver(props.nameServer));
    agent.spawn();
    return agent;
  }

  private child?: ChildProcess;
  private stopping = false;
  private awayMs = RESTART_MS;

  private constructor(
    private readonly props: AgentProcessProps,
    private readonly directory: string,
  ) {}

  /** What the agent notes, and what a new host does not have. */
  private get stateDirectory(): string {
    return join(this.directory, 'state');
  }

  private get reachFile(): string {
    return join(this.directory, 'reach.json');
  }

  private get resolverFile(): string {
    return join(this.directory, 'vpc-resolver.cjs');
  }

  private get authorityFile(): string {
    return join(this.directory, 'authority.pem');
  }

  /** Ends it as a failure would; it comes back by itself. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Another host comes in its place, with a disk of its own. */
  async replace(): Promise<void> {
    const { child } = this;
    const ended = child === undefined || child.exitCode !== null ? undefined : once(child, 'exit');
    this.kill();
    await ended;
    await rm(this.stateDirectory, { recursive: true, force: true });
    await mkdir(this.stateDirectory);
  }

  /** The host dies, and is back only when EC2 has rebooted or moved it: with its address and its disk. */
  crash(ms: number): void {
    this.awayMs = ms;
    this.kill();
  }

  /** The process stands still: it sends no heartbeat. */
  async hang(ms: number): Promise<void> {
    const { child } = this;
    child?.kill('SIGSTOP');
    await sleep(ms);
    child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(late);
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  private spawn(): void {
    const { program, endpointUrl, region, credentials, configurationParameter, journalParameter, activityArn, onLine } =
      this.props;
    const resolver = this.props.nameServer === undefined ? [] : ['--require', this.resolverFile];
    // As its service on the host does: it has passwords in memory.
    const command = [process.execPath, ...resolver, program, 'worker'];
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0 && exec "$@"', 'sh', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        AWS_ENDPOINT_URL: endpointUrl,
        // The laptop's own configuration may point elsewhere; nothing here may ask AWS itself.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
        CUTOVER_CONFIGURATION: configurationParameter,
        CUTOVER_REACH: this.reachFile,
        CUTOVER_ACTIVITY_ARN: activityArn,
        CUTOVER_JOURNAL: journalParameter,
        CUTOVER_STATE_DIRECTORY: this.stateDirectory,
        NODE_OPTIONS: AGENT_NODE_OPTIONS,
        ...(this.props.authority !== undefined && { NODE_EXTRA_CA_CERTS: this.authorityFile }),
      },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    child.on('exit', () => {
      if (this.stopping) return;
      const awayMs = this.awayMs;
      this.awayMs = RESTART_MS;
      setTimeout(() => {
        if (!this.stopping) this.spawn();
      }, awayMs).unref();
    });
  }
}
