import type { Direction, Side } from '../../contract/common';
import type { JsonLog } from '../log';
import type { OwnReplication } from '../own-replication';
import { withClient } from './client';
import { connectedClients } from './connected-clients';
import type { RedisContext } from './context';
import { connectionMetrics, copyMetrics, replicationMetrics } from './metrics';
import { resumeRelay } from './relay/switch/interposing';
import { keepUp } from './relay/switch/upkeep';
import { resumeReplication } from './replicate';
import { readJournalled } from './replication/journalled-replication';

const SIDES: readonly Side[] = ['blue', 'green'];

/** The replications between two caches, as the service keeps them going. */
export class CacheReplication implements OwnReplication {
  constructor(private readonly caches: RedisContext) {}

  async resume(journal: () => Promise<string | undefined>, failedOnes: boolean): Promise<void> {
    // Who serves comes first: a copy over the side that clients write to would undo what they wrote.
    await resumeRelay(this.caches);
    if (!failedOnes && this.caches.replications.all().length > 0) return;
    await resumeReplication(this.caches, await journal());
  }

  isMissing(journal: string): boolean {
    const wanted = readJournalled(journal);
    // After a stop, the journal is only about to say so.
    return wanted !== undefined && !this.isFollowed(this.turned(wanted)) && !this.caches.replications.isToldToStop;
  }

  async measure(log: JsonLog): Promise<boolean> {
    const { replications, migrationName } = this.caches;
    await keepUp(this.caches).catch((error: unknown) => log.warn('relay.markers-not-kept', { error }));
    const statuses = replications
      .all()
      .map((replication) => replication.status())
      .filter(({ state }) => state !== 'stopped');
    if (statuses.length > 0) {
      log.record(replicationMetrics(migrationName, statuses, Date.now()));
      await Promise.all([...SIDES.map((side) => this.countConnections(side, log)), this.measureCopy(log)]);
    }
    return statuses.some(({ state }) => state === 'failed');
  }

  /** What is copied where the relay has moved clients to the target: the other way. */
  private turned({ from, to }: Direction): Direction {
    return this.caches.relays.running?.serving === to ? { from: to, to: from } : { from, to };
  }

  private isFollowed(direction: Direction): boolean {
    const state = this.caches.replications.find(direction)?.status().state;
    return state !== undefined && state !== 'failed' && state !== 'stopped';
  }

  /** Those who watch the execution are told how long the copy takes yet. */
  private async measureCopy(log: JsonLog): Promise<void> {
    const { endpoints, migrationName, replications } = this.caches;
    const copying = replications.all().find((replication) => replication.status().state === 'copying');
    if (copying === undefined) return;
    try {
      const { from } = copying.direction;
      const info = await withClient(endpoints[from], 'metrics', (client) => client.info('keyspace'));
      const keys = [...info.keyspace().values()].reduce((sum, database) => sum + database.keys, 0);
      log.record(copyMetrics(migrationName, copying.keysScanned, keys, Date.now()));
    } catch (error) {
      log.warn('metrics.copy-unknown', { error });
    }
  }

  private async countConnections(side: Side, log: JsonLog): Promise<void> {
    const { endpoints, migrationName } = this.caches;
    try {
      const connected = await withClient(endpoints[side], 'metrics', connectedClients);
      log.record(connectionMetrics(migrationName, side, connected.length, Date.now()));
    } catch (error) {
      log.warn('metrics.connections-unknown', { side, error });
    }
  }
}
