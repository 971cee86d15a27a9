import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import type { CommandRunner } from '../../../rehearsal/aws/ssm/command-invocations';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { allowing } from '../../rehearsal/aws/test-environment';

export const INSTANCE = 'i-0aaaaaaaaaaaaaaaa';
const environment = {
  account: '111122223333',
  region: 'eu-west-1',
  clock: systemClock,
  ids: new Identifiers('inventory'),
};

/** What an operator who takes an inventory may do, and no more. */
const OPERATOR = allowing(
  {
    Effect: 'Allow',
    Action: 'ssm:SendCommand',
    Resource: [
      'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript',
      `arn:aws:ec2:eu-west-1:111122223333:instance/${INSTANCE}`,
    ],
  },
  { Effect: 'Allow', Action: 'ssm:GetCommandInvocation', Resource: '*' },
);

/** A host with these files, whose commands are run by a real shell of this machine. */
export class PlantedHost {
  readonly root = mkdtempSync(join(tmpdir(), 'planted-host-'));
  /** What Run Command was told, and what it was answered: both are kept, and shown in the console. */
  readonly seen: string[] = [];
  private readonly endpoint: AwsEndpoint;
  private readonly clients: SSMClient[] = [];

  constructor(private readonly shell: readonly string[]) {
    const ssm = new Ssm({ environment, runCommand: this.run, commandsVisibleAfterMs: 50 });
    ssm.instances.register({ instanceId: INSTANCE, tags: {} });
    this.endpoint = new AwsEndpoint({
      plane: new ControlPlane({ environment, services: [ssm] }),
      onFault: (error) => this.seen.push(String(error)),
    });
  }

  plant(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      if (text.startsWith('#!') || text === 'program') chmodSync(file, 0o755);
    }
  }

  link(path: string, to: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    symlinkSync(to, join(this.root, path));
  }

  async connect(): Promise<SSMClient> {
    const url = await this.endpoint.start();
    const client = new SSMClient({
      region: 'eu-west-1',
      endpoint: url,
      credentials: this.endpoint.credentialsFor(OPERATOR),
    });
    this.clients.push(client);
    return client;
  }

  leftIn(folder: string): string[] {
    return readdirSync(join(this.root, folder));
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.endpoint.stop();
    rmSync(this.root, { recursive: true });
  }

  /** This machine is not the host: the folder of its files stands for `/`. */
  private readonly run: CommandRunner = ({ script }) => {
    const text = script.text.replace("root=''", `root='${this.root}'`);
    const file = join(this.root, 'command.sh');
    writeFileSync(file, text);
    const [program = '', ...args] = this.shell;
    const env = { PATH: `${join(this.root, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin` };
    return new Promise((resolve) => {
      execFile(program, [...args, file], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        this.seen.push(script.text, stdout, stderr);
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
      });
    });
  };
}
