import type { Assembly } from '../assembly';
import type { JournalEntry } from '../aws/call-journal';
import { systemClock } from '../aws/clock';
import type { ControlPlaneProps } from '../aws/control-plane';
import type { FaultHook } from '../aws/faults';
import { ZoneAnswers } from '../aws/route53/zone-answers';
import type { StateMachineRunner } from '../aws/sfn/executions';
import type { Users } from '../clients/load';
import { Random } from '../clients/random';
import { Account } from './account';
import type { Act, Audience, AudienceOptions } from './act';
import { Backstage } from './backstage/backstage';
import { CheckAnswers } from './checks/check-answers';
import type { CheckBehaviours } from './checks/check-behaviours';
import { Visitor } from './checks/visitor';
import { groupOfService } from './groups';
import type { Migration } from './migration';
import { Surroundings } from './surroundings';

export interface SceneOptions extends AudienceOptions {
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

/** Everything a migration meets: two sides, an account, a network and users. Nobody moves anything yet. */
export class Scene {
  /** @param act - is stopped with the scene, and where the scene cannot be set */
  static async set(migration: Migration, act: Act, options: SceneOptions): Promise<Scene> {
    const started: { stop(): Promise<void> }[] = [act];
    try {
      let users: Users | undefined;
      let visitor: Visitor | undefined;
      const answers = new CheckAnswers(options.behaviours ?? new Map(), async () => {
        if (visitor === undefined) throw new Error('there is no network yet');
        return visitor.use();
      });
      const backstage = await Backstage.start({
        assembly: options.assembly,
        seed: options.seed,
        workloads: migration.workloads,
        checks: migration.checks,
        requests: migration.requests,
        answers,
        clock: systemClock,
        scale: (group, running) => scale(users, group, running),
      });
      started.push(backstage);
      let surroundings: Surroundings | undefined;
      const account = new Account({
        ...options,
        migration,
        act,
        backstage,
        answers,
        scaleService: (service, running) => scale(users, groupOfService(service), running),
        addressOf: (side) => surroundings?.address(side) ?? '',
      });
      surroundings = await Surroundings.lay({
        migration,
        act,
        securityGroups: account.ec2.securityGroups,
        zone: new ZoneAnswers(account.zone, account.environment.clock, options.mostTtlSeconds),
        random: randomOf(new Random(options.seed).fork('dns')),
        sources: account.clients.sources,
      });
      started.push(surroundings);
      await account.deploy();
      const audience = await act.startUsers(surroundings, options);
      users = audience.users;
      visitor = new Visitor(migration, act, surroundings);
      return new Scene(migration, options, act, account, surroundings, audience, backstage);
    } catch (error) {
      for (const each of started.toReversed()) await each.stop();
      throw error;
    }
  }

  private constructor(
    readonly migration: Migration,
    readonly options: SceneOptions,
    readonly act: Act,
    readonly account: Account,
    readonly surroundings: Surroundings,
    readonly audience: Audience,
    readonly backstage: Backstage,
  ) {}

  async strike(): Promise<void> {
    await this.audience.users.kill();
    await this.surroundings.stop();
    await this.backstage.stop();
    await this.act.stop();
  }
}

/** The tasks of a service, and a program on its hosts, are the processes of its users. */
async function scale(users: Users | undefined, name: string, running: number): Promise<void> {
  const group = users?.group(name);
  if (group === undefined) return;
  if (running < group.size) await group.stop(running);
  else group.start(running);
}

function randomOf(random: Random): () => number {
  return () => random.next();
}
