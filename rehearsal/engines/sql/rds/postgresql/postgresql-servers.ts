import type { DatabaseBackend, Pair, Switchover } from '../../../../aws/rds/backend';
import type { DatabaseServer } from '../../database-server';
import { asBefore } from '../as-before';
import { ResourceServers } from '../resource-servers';
import { RefusedClients, setReadOnly } from './client-access';
import { copyDefinitions, fillMaterializedViews } from './copy-definitions';
import { changesBetween, type Definitions, definitionsOn } from './definitions';
import { findingsOn } from './guardrails';
import { LogicalReplication } from './logical-replication';
import { synchroniseSequences } from './sequences';

export interface PostgresqlServersProps {
  /** Starts an empty server that stands for this version of RDS's, e.g. `17.4`. */
  readonly startGreen: (engineVersion: string) => Promise<DatabaseServer>;
  /** From how many seconds on a write is a long-running one. @default 60 */
  readonly longRunningSeconds?: number;
}

/** Of a new green, with its first copy. */
const MAX_CATCH_UP_MS = 120_000;
/** Of a green whose server was restarted. */
const MAX_RESUMING_MS = 30_000;

/** A green that is kept current. */
interface KeptCurrent {
  readonly replication: LogicalReplication;
  /** Blue's when it was made. */
  readonly definitions: Definitions;
}

/**
 * RDS's acts on real PostgreSQL servers: one for each cluster. Where RDS clones blue's storage and upgrades that, green
 * gets blue's definitions here and copies its rows by the subscription that then keeps it current.
 */
export class PostgresqlServers extends ResourceServers implements DatabaseBackend {
  private readonly greens = new Map<DatabaseServer, KeptCurrent>();

  constructor(private readonly props: PostgresqlServersProps) {
    super();
  }

  async createGreen({ blue, green }: Pair, engineVersion: string): Promise<void> {
    const source = this.serverOf(blue);
    const target = await this.props.startGreen(engineVersion);
    this.add(target, green);
    const replication = new LogicalReplication(source, target);
    try {
      const definitions = await definitionsOn(source);
      await copyDefinitions(source, target);
      await replication.begin();
      await replication.complete(AbortSignal.timeout(MAX_CATCH_UP_MS));
      await fillMaterializedViews(source, target);
      await setReadOnly(target, true);
      this.greens.set(target, { replication, definitions });
    } catch (error) {
      await asBefore(error, [() => replication.end()]);
    }
  }

  /** Whether green is kept current: every subscription works, and nothing has changed that none brings. */
  async follows(green: DatabaseServer): Promise<boolean> {
    const kept = this.greens.get(green);
    if (kept === undefined || !(await kept.replication.isWorking())) return false;
    return changesBetween(kept.definitions, await definitionsOn(kept.replication.source)).length === 0;
  }

  async guardrails({ green }: Pair): Promise<readonly string[]> {
    const { replication, definitions } = this.keptCurrent(green);
    return findingsOn(replication, { definitions, longRunningSeconds: this.props.longRunningSeconds ?? 60 });
  }

  async switchOver({ green, signal, rename }: Switchover): Promise<undefined> {
    const { replication } = this.keptCurrent(green);
    const { source, target } = replication;
    const refused: RefusedClients[] = [];
    try {
      await setReadOnly(source, true);
      for (const server of [source, target]) refused.push(await RefusedClients.refuse(server));
      await replication.reach(signal);
      await synchroniseSequences(source, target);
      signal.throwIfAborted();
      rename();
    } catch (error) {
      await asBefore(error, [() => setReadOnly(source, false), ...refused.map((each) => () => each.admit())]);
    }
    this.greens.delete(target);
    await replication.end();
    await setReadOnly(target, false);
    // Blue stays read-only, until its parameter is changed.
    for (const each of refused) await each.admit();
    return undefined;
  }

  async clone(): Promise<void> {
    throw new Error('A copy of a PostgreSQL cluster is not rehearsed, but for a green of a blue/green deployment.');
  }

  async promote(): Promise<void> {
    throw new Error('The promotion of a PostgreSQL replica is not rehearsed.');
  }

  async liftReadOnly(cluster: string): Promise<void> {
    await setReadOnly(this.serverOf(cluster), false);
  }

  async restart(instance: string): Promise<void> {
    const server = this.serverOf(instance);
    await server.restart();
    await this.greens.get(server)?.replication.resumed(AbortSignal.timeout(MAX_RESUMING_MS));
  }

  /** With a green, what kept it current goes from blue too. */
  override async remove(resource: string): Promise<void> {
    const server = this.serverOf(resource);
    await this.greens.get(server)?.replication.end();
    this.greens.delete(server);
    await super.remove(resource);
  }

  private keptCurrent(green: string): KeptCurrent {
    const found = this.greens.get(this.serverOf(green));
    if (found === undefined) throw new Error(`Nothing keeps ${green} current.`);
    return found;
  }
}
