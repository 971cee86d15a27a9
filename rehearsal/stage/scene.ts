import type { Assembly } from '../assembly';
import type { JournalEntry } from '../aws/call-journal';
import type { FaultHook } from '../aws/faults';
import { ZoneAnswers } from '../aws/route53/zone-answers';
import type { StateMachineRunner } from '../aws/sfn/executions';
import type { CacheLoad } from '../clients/cache-load';
import { Random } from '../clients/random';
import { Account } from './account';
import { Caches } from './caches';
import type { Migration } from './migration';
import { Surroundings } from './surroundings';
import { groupOfService, startUsers } from './users';

export interface SceneOptions {
  readonly assembly: Assembly;
  readonly seed: string;
  readonly keys: number;
  readonly turnsPerSecond: number;
  readonly dataset?: string;
  /** Milliseconds from a change of records until the name servers have it. On AWS up to a minute. */
  readonly propagationMs: number;
  readonly runner: StateMachineRunner;
  readonly faults: FaultHook;
  readonly onCall: (entry: JournalEntry) => void;
}

/** Everything a migration meets: two caches, an account, a network and users. Nobody moves anything yet. */
export class Scene {
  static async set(migration: Migration, options: SceneOptions): Promise<Scene> {
    const started: { stop(): Promise<void> }[] = [];
    try {
      const caches = await Caches.start(migration, options);
      started.push(caches);
      let users: CacheLoad | undefined;
      let surroundings: Surroundings | undefined;
      const account = new Account({
        ...options,
        migration,
        caches,
        scaleService: (service, running) => scale(users, service, running),
        addressOf: (side) => surroundings?.address(side) ?? '',
      });
      surroundings = await Surroundings.lay({
        migration,
        caches,
        securityGroups: account.ec2.securityGroups,
        zone: new ZoneAnswers(account.zone, account.environment.clock),
        random: randomOf(new Random(options.seed).fork('dns')),
        userGroupIds: account.userGroupIds,
      });
      started.push(surroundings);
      await account.deploy();
      users = await startUsers(migration, surroundings, options);
      return new Scene(migration, options, caches, account, surroundings, users);
    } catch (error) {
      for (const each of started.toReversed()) await each.stop();
      throw error;
    }
  }

  private constructor(
    readonly migration: Migration,
    readonly options: SceneOptions,
    readonly caches: Caches,
    readonly account: Account,
    readonly surroundings: Surroundings,
    readonly users: CacheLoad,
  ) {}

  async strike(): Promise<void> {
    await this.users.kill();
    await this.surroundings.stop();
    await this.caches.stop();
  }
}

/** The tasks of a service are the processes of its users. */
async function scale(users: CacheLoad | undefined, service: string, running: number): Promise<void> {
  const group = users?.group(groupOfService(service));
  if (group === undefined) return;
  if (running < group.size) await group.stop(running);
  else group.start(running);
}

function randomOf(random: Random): () => number {
  return () => random.next();
}
