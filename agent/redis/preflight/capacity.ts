import type { Finding } from '../../../contract/common';
import type { Survey } from './survey';

/** The share of memory that ElastiCache's user guide has one leave for what is not data (reserved-memory-percent 25). */
const usableShare = 0.75;

/** Whether the target can hold the data and the clients, and what either side does when memory runs out. */
export function checkCapacity(survey: Survey): readonly Finding[] {
  return [...memory(survey), ...evictionPolicy(survey), ...evictingSource(survey), ...maximumClients(survey)];
}

/** At LIVE the target notes of each key what was left there: about 50 bytes in a packed hash, and its share of that. */
const NOTE_BYTES = 64;

function memory({ from, to, consistency }: Survey): readonly Finding[] {
  const limit = to.info.number('maxmemory');
  const notes = consistency === 'LIVE' ? from.keys * NOTE_BYTES : 0;
  const used = from.info.number('used_memory') + notes;
  const peak = Math.max(used, from.info.number('used_memory_peak') + notes);
  if (limit === 0 || peak <= limit * usableShare) return [];
  const error = used > limit;
  return [
    {
      id: error ? 'redis.target-too-small' : 'redis.target-tight',
      severity: error ? 'error' : 'warning',
      message:
        `${to.where} may use ${mebibytes(limit)} (maxmemory); ${from.where} uses ${mebibytes(used)}, ` +
        `at its peak ${mebibytes(peak)}${notes > 0 ? `, both with ${mebibytes(notes)} of notes that LIVE keeps on the target` : ''}.`,
      remedy: `Choose a node type with at least ${mebibytes(peak / usableShare)}: the peak, and a quarter for what is not data.`,
    },
  ];
}

function evictionPolicy({ from, to, consistency }: Survey): readonly Finding[] {
  const [before, after] = [from, to].map(({ info }) => info.text('maxmemory_policy'));
  const findings: Finding[] = [];
  // INFO tells the policy from 3.2 on.
  if (before !== undefined && after !== undefined && before !== after) {
    findings.push({
      id: 'redis.eviction-policy-differs',
      severity: 'warning',
      message: `${from.where} has the eviction policy ${before}, ${to.where} has ${after}.`,
      remedy: "Set maxmemory-policy in the target's parameter group to the source's, unless the change is meant.",
    });
  }
  if (consistency === 'FENCED' && after !== undefined && after !== 'noeviction') {
    findings.push({
      id: 'redis.target-may-evict',
      severity: 'warning',
      message: `${to.where} evicts keys when memory runs out (${after}), and it is to hold locks, queues or counters.`,
      remedy: 'Set maxmemory-policy to noeviction, or have an alarm on Evictions and on memory.',
    });
  }
  return findings;
}

function evictingSource({ from }: Survey): readonly Finding[] {
  const evicted = from.info.number('evicted_keys');
  if (evicted === 0) return [];
  return [
    {
      id: 'redis.source-evicts',
      severity: 'info',
      message: `${from.where} has evicted ${evicted} keys since it was started; what it evicts goes from the target too.`,
      remedy: 'Give the target more memory than the source has, or it will evict as well.',
    },
  ];
}

function maximumClients({ from, to }: Survey): readonly Finding[] {
  const most = to.info.number('maxclients');
  if (most === 0 || from.clients.length <= most) return [];
  return [
    {
      id: 'redis.too-few-connections',
      severity: 'error',
      message: `${from.where} has ${from.clients.length} clients; ${to.where} accepts ${most} (maxclients).`,
      remedy: 'Choose a larger node type, or have the applications open fewer connections.',
    },
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0)} MiB`;
}
