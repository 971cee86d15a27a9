import type { Assembly } from '../assembly';
import type { JournalEntry } from '../aws/call-journal';
import { systemClock } from '../aws/clock';
import type { ControlPlaneProps } from '../aws/control-plane';
import type { FaultHook } from '../aws/faults';
import { ZoneAnswers } from '../aws/route53/zone-answers';
import type { StateMachineRunner } from '../aws/sfn/executions';
import type { ClientLoad } from '../clients/load';
import { Random } from '../clients/random';
import { Account } from './account';
import { CheckAnswers } from './checks/check-answers';
import type { CheckBehaviours } from './checks/check-behaviours';
import { Visitor } from './checks/visitor';
import { groupOfService } from './groups';
import type { Migration } from './migration';
import type { JudgedLoad, LoadSettings, SystemUnderTest } from './system-under-test';
import { TestbedNetwork } from './testbed-network';
import { WorkloadBackends } from './workload-backends/workload-backends';

export interface TestbedOptions extends LoadSettings {
  readonly assembly: Assembly;
  /** Milliseconds from a change of records until the name servers have it. On AWS up to a minute. */
  readonly propagationMs: number;
  /** What resolvers keep answers for at most. @default - as long as the records say */
  readonly mostTtlSeconds?: number;
  readonly runner: StateMachineRunner;
  readonly faults: FaultHook;
  /** @default - reads are answered as things are */
  readonly staleReads?: ControlPlaneProps['staleReads'];
  readonly onCall: (entry: JournalEntry) => void;
  /** What time it is for the state machine. */
  readonly machineTime: () => number;
  /** How what checks ask behaves. @default - it works */
  readonly behaviours?: CheckBehaviours;
}

/** Seconds on AWS; here long enough to be seen, and short enough to be waited for. */
export const PROPAGATION_MS = 1_500;

/** Everything a migration meets: two sides, an account, a network and clients. No state machine runs yet. */
export class Testbed {
  /** @param system - is stopped with the testbed, and where the testbed cannot start */
  static async start(migration: Migration, system: SystemUnderTest, options: TestbedOptions): Promise<Testbed> {
    const started: { stop(): Promise<void> }[] = [system];
    try {
      let clients: ClientLoad | undefined;
      let visitor: Visitor | undefined;
      const answers = new CheckAnswers(options.behaviours ?? new Map(), async () => {
        if (visitor === undefined) throw new Error('there is no network yet');
        return visitor.use();
      });
      const backends = await WorkloadBackends.start({
        assembly: options.assembly,
        seed: options.seed,
        workloads: migration.workloads,
        checks: migration.checks,
        requests: migration.requests,
        answers,
        clock: systemClock,
        scale: (group, running) => scale(clients, group, running),
      });
      started.push(backends);
      let network: TestbedNetwork | undefined;
      const account = new Account({
        ...options,
        migration,
        system,
        backends,
        answers,
        scaleService: (service, running) => scale(clients, groupOfService(service), running),
        addressOf: (side) => network?.address(side) ?? '',
      });
      network = await TestbedNetwork.start({
        migration,
        system,
        securityGroups: account.ec2.securityGroups,
        zone: new ZoneAnswers(account.zone, account.environment.clock, options.mostTtlSeconds),
        random: randomOf(new Random(options.seed).fork('dns')),
        sources: account.clients.sources,
      });
      started.push(network);
      await account.deploy();
      const load = await system.startClients(network, options);
      clients = load.clients;
      visitor = new Visitor(migration, system, network);
      return new Testbed(migration, options, system, account, network, load, backends);
    } catch (error) {
      for (const each of started.toReversed()) await each.stop();
      throw error;
    }
  }

  private constructor(
    readonly migration: Migration,
    readonly options: TestbedOptions,
    readonly system: SystemUnderTest,
    readonly account: Account,
    readonly network: TestbedNetwork,
    readonly load: JudgedLoad,
    readonly backends: WorkloadBackends,
  ) {}

  async stop(): Promise<void> {
    await this.load.clients.kill();
    await this.network.stop();
    await this.backends.stop();
    await this.system.stop();
  }
}

/** The tasks of a service, and a program on its hosts, are the processes of its clients. */
async function scale(clients: ClientLoad | undefined, name: string, running: number): Promise<void> {
  const group = clients?.group(name);
  if (group === undefined) return;
  if (running < group.size) await group.stop(running);
  else group.start(running);
}

function randomOf(random: Random): () => number {
  return () => random.next();
}
