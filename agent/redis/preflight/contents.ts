import type { Finding } from '../../../contract/common';
import { describeGroups, groupClients } from '../client-list';
import type { Survey } from './survey';

/** Whether what is on the source can be on the target, and whether the target is free for it. */
export async function checkContents(survey: Survey): Promise<readonly Finding[]> {
  return [
    ...targetNotEmpty(survey),
    ...targetInUse(survey),
    ...readers(survey),
    ...(await databases(survey)),
    ...fieldExpiry(survey),
    ...rollback(survey),
    ...crashesOnStreams(survey),
  ];
}

function targetNotEmpty({ to, args }: Survey): readonly Finding[] {
  if (to.keys <= 0 || args.targetIsOurs) return [];
  return [
    {
      id: 'redis.target-not-empty',
      severity: 'error',
      message: `${to.where} holds ${to.keys} keys in database ${[...to.info.keyspace().keys()].join(', ')}.`,
      remedy:
        'Flush it if nobody needs them. If an earlier run of this migration wrote them, say so (targetIsOurs, --target-is-ours): they are then overwritten, and deleted where the source has no such key.',
    },
  ];
}

function targetInUse({ to }: Survey): readonly Finding[] {
  if (to.clients.length === 0) return [];
  return [
    {
      id: 'redis.target-in-use',
      severity: 'warning',
      message: `${to.clients.length} clients are connected to ${to.where} already: ${describeGroups(groupClients(to.clients))}.`,
      remedy: 'Find out who they are. What they write before the switch is overwritten, or makes verification fail.',
    },
  ];
}

/** What is closed and proven on the primary says nothing of who reads from its replicas. */
function readers({ from }: Survey): readonly Finding[] {
  const replicas = from.info.number('connected_slaves');
  if (replicas === 0) return [];
  return [
    {
      id: 'redis.readers-unseen',
      severity: 'info',
      message: `${from.where} has ${replicas} replicas: clients that read from them are neither seen nor closed by the agent.`,
      remedy:
        "Look at CurrConnections of the replica nodes (4 to 6 are ElastiCache's own), and move readers to a record of their own.",
    },
  ];
}

/** The number of databases cannot be read without CONFIG; selecting the highest one that is needed tells. */
async function databases({ from, to }: Survey): Promise<readonly Finding[]> {
  const highest = Math.max(0, ...from.info.keyspace().keys());
  if (highest === 0 || (await to.client.hasDatabase(highest))) return [];
  return [
    {
      id: 'redis.too-few-databases',
      severity: 'error',
      message: `${from.where} holds keys in database ${highest}, which ${to.where} does not have.`,
      remedy: "Raise databases in the target's parameter group.",
    },
  ];
}

/** What hashes with expiring fields leave in a server's counters: Redis 7.4's keyspace, and the commands' calls. */
const fieldExpiryCommands = ['hexpire', 'hpexpire', 'hexpireat', 'hpexpireat', 'hsetex', 'hgetex'];

function fieldExpiry({ from, to }: Survey): readonly Finding[] {
  if (!from.dialect.hashFieldExpiry || to.dialect.hashFieldExpiry) return [];
  const calls = from.info.calls();
  if (!fieldExpiryCommands.some((command) => (calls.get(command) ?? 0) > 0)) return [];
  return [
    {
      id: 'redis.hash-field-expiry',
      severity: 'warning',
      message: `Hash fields with an expiry have been written to ${from.where}; ${to.where} (${to.version.text}) cannot let a field expire.`,
      remedy:
        'Such fields would stay forever on the target: choose an engine version that has HEXPIRE, or stop using it first.',
    },
  ];
}

/** What must not be used on the target as long as one may want to go back. */
function rollback({ from, to }: Survey): readonly Finding[] {
  const lost = [
    ...(to.dialect.hashFieldExpiry && !from.dialect.hashFieldExpiry ? ['expiry of hash fields (HEXPIRE)'] : []),
    ...(to.version.atLeast(5, 0) && !from.version.atLeast(5, 0) ? ['streams (XADD)'] : []),
  ];
  if (lost.length === 0) return [];
  return [
    {
      id: 'redis.rollback-loses',
      severity: 'info',
      message: `${to.where} has what ${from.where} cannot hold: ${lost.join(', ')}.`,
      remedy: 'Leave it unused until the source is retired, or the rollback cannot carry it.',
    },
  ];
}

/** Neither side dies by what the agent does; by its clients' own UNLINK, expiry or eviction it does. */
function crashesOnStreams({ from, to }: Survey): readonly Finding[] {
  return [from, to]
    .filter(({ dialect }) => dialect.streamCrashes)
    .map(({ side, where, version }) => ({
      id: `redis.crashes-on-streams.${side}`,
      severity: 'warning' as const,
      message: `${where} runs Redis ${version.text}, which dies where a stream whose last consumer group was destroyed is removed by UNLINK or in the background.`,
      remedy:
        'Update it to 6.0.14, 6.2.4 or later, or see that nobody destroys the last group of a stream (XGROUP DESTROY).',
    }));
}
