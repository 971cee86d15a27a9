import type { Assembly } from '../../assembly';
import type { JournalEntry } from '../../aws/call-journal';
import { AwsEndpoint } from '../../aws/endpoint/endpoint';
import type { FaultHook } from '../../aws/faults';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import type { CommandInvocationsProps } from '../../aws/ssm/command-invocations';
import { ClockGovernor } from '../../hosts/isolated/clock-governor';
import type { HostsClock } from '../../hosts/isolated/hosts-clock';
import { MetadataService } from '../../hosts/isolated/metadata-service';
import { BatchAccount } from './batch-account';
import { type BatchHostFacts, batchHostOf } from './batch-host-facts';
import { BatchHosts, type BatchHostsProps } from './batch-hosts';
import { Outside } from './side-effects';

export interface BatchTestbedProps {
  readonly assembly: Assembly;
  readonly seed: string;
  /** Before the machine's own time, for files have that. Closed with the testbed. */
  readonly clock: HostsClock;
  readonly blue: BatchHostsProps['blue'];
  /** Programs of green's PATH, beside those of its distribution. */
  readonly tools: Readonly<Record<string, string>>;
  /** What a secret holds, by ARN. */
  readonly secretOf: (arn: string, fields: ReadonlySet<string>) => string;
  readonly runner: StateMachineRunner;
  /** @default - commands arrive at once, and once */
  readonly delivery?: NonNullable<CommandInvocationsProps['delivery']>;
  /** @default - no call fails */
  readonly faults?: FaultHook;
  /** @default - nobody is told */
  readonly onCall?: (entry: JournalEntry) => void;
  /** Told of what is a fault of the rehearsal itself. */
  readonly onFault: (fault: unknown) => void;
}

interface Started {
  stop(): void | Promise<void>;
}

/** Everything that the migration of a batch host meets: both hosts with their crons, an account, and what is outside. */
export class BatchTestbed {
  /** Resolves when the app is deployed. */
  static async start(props: BatchTestbedProps): Promise<BatchTestbed> {
    const started: Started[] = [];
    try {
      return await BatchTestbed.startIn(started, props);
    } catch (error) {
      await stopAll(started);
      throw error;
    }
  }

  private static async startIn(started: Started[], props: BatchTestbedProps): Promise<BatchTestbed> {
    const { assembly, clock, blue, tools, secretOf } = props;
    const facts = batchHostOf(assembly);
    const outside = new Outside();
    started.push({ stop: () => outside.remove() });
    started.push({ stop: () => clock.close() });
    const governor = new ClockGovernor(clock);
    started.push(governor);
    const metadata = await MetadataService.start(facts.instanceId);
    started.push(metadata);
    let hosts: BatchHosts | undefined;
    const account = new BatchAccount({
      assembly,
      account: facts.account,
      region: facts.region,
      seed: props.seed,
      clock,
      instances: [
        { instanceId: facts.instanceId, tags: {} },
        { instanceId: blue.instanceId, tags: blue.tags },
      ],
      runCommand: async (order, signal) => {
        if (hosts === undefined) throw new Error('The hosts are not up yet.');
        return hosts.run(order, signal);
      },
      runner: props.runner,
      delivery: props.delivery ?? (() => undefined),
      faults: props.faults ?? (() => undefined),
      onCall: props.onCall ?? (() => undefined),
    });
    started.push(account);
    for (const [arn, fields] of facts.secrets) account.secrets.add(arn, secretOf(arn, fields));
    const endpoint = new AwsEndpoint({ plane: account.controlPlane, onFault: props.onFault });
    const url = await endpoint.start();
    started.push(endpoint);
    const role = account.principal(facts.roleArn, facts.instanceId, { service: 'ec2.amazonaws.com' });
    const { accessKeyId, secretAccessKey, sessionToken } = endpoint.credentialsFor(role);
    hosts = await BatchHosts.start({
      clock,
      timeZone: facts.definitions.timeZone,
      outside: outside.folder,
      blue,
      green: {
        instanceId: facts.instanceId,
        mounts: facts.mounts,
        tools,
        environment: {
          AWS_ENDPOINT_URL: url,
          AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
        },
      },
    });
    const up = hosts;
    started.push({ stop: () => up.remove() });
    await account.deploy();
    return new BatchTestbed(facts, clock, account, hosts, outside, started);
  }

  private constructor(
    readonly facts: BatchHostFacts,
    readonly clock: HostsClock,
    readonly account: BatchAccount,
    readonly hosts: BatchHosts,
    readonly outside: Outside,
    private readonly started: Started[],
  ) {}

  stop(): Promise<void> {
    return stopAll(this.started);
  }
}

async function stopAll(started: Started[]): Promise<void> {
  for (const each of started.splice(0).reverse()) await each.stop();
}
