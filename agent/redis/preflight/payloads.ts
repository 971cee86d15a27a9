import type { Finding } from '../../../contract/common';
import { numbers, type ServerVersion } from '../version';
import type { Survey } from './survey';

/** The version of a DUMP payload by the engine's own version, newest first (RDB_VERSION in each release's rdb.h). */
const redisPayloads: readonly (readonly [major: number, minor: number, payload: number])[] = [
  [7, 4, 12],
  [7, 2, 11],
  [7, 0, 10],
  [5, 0, 9],
  [4, 0, 8],
  [3, 2, 7],
  [2, 6, 6],
];

export function payloadVersion({ engine, text, atLeast }: ServerVersion): number {
  if (engine === 'valkey') return (numbers(text)[0] ?? 0) >= 9 ? 80 : 11;
  return redisPayloads.find(([major, minor]) => atLeast(major, minor))?.[2] ?? 0;
}

/** 12 to 79 are Redis's own after the fork (RDB_FOREIGN_VERSION_MIN and _MAX of Valkey's rdb.h). */
const lastCommonPayload = 11;

/** RESTORE takes older payloads than its own from 3.2 on, and only its own before; never newer ones. */
export function takesPayloads(target: ServerVersion, source: ServerVersion): boolean {
  const [own, theirs] = [payloadVersion(target), payloadVersion(source)];
  if (own === theirs) return true;
  return target.atLeast(3, 2) && theirs < own && (target.engine === source.engine || theirs <= lastCommonPayload);
}

/** How values will travel, there and back: for the record, as it decides how long a copy takes. */
export function checkPayloads({ from, to }: Survey): readonly Finding[] {
  const way = (source: ServerVersion, target: ServerVersion) =>
    takesPayloads(target, source) ? 'as the server dumps them' : 'read and written again by type, which takes longer';
  return [
    {
      id: 'redis.payloads',
      severity: 'info',
      message:
        `Values go there ${way(from.version, to.version)} (payload version ${payloadVersion(from.version)} to ${payloadVersion(to.version)}), ` +
        `and back ${way(to.version, from.version)}.`,
      remedy: 'Nothing to do.',
    },
  ];
}
