import type { Assembly } from '../assembly';
import { type Connection, connectionsOf } from '../aws/integration/http/connection';
import type { StoppedWorkload } from '../testbed/migration';

/** What every secret of the rehearsal says: none of the user's is read. */
export const SECRET = 'rehearsed';
export const DATADOG_KEYS = ['DD-API-KEY', 'DD-APPLICATION-KEY'] as const;

/**
 * The connections that workloads use, and no other of the app's: theirs may be of kinds that are not known here. One
 * that the assembly only names is taken to be as the workload needs it.
 */
export function connectionsFor(
  workloads: readonly Pick<StoppedWorkload, 'facts'>[],
  assembly: Assembly,
): readonly Connection[] {
  const used = new Map(
    workloads
      .filter(({ facts }) => facts.connection !== undefined)
      .map(({ facts }) => [String(facts.connection), String(facts.connectionSecret)]),
  );
  const resources = (type?: string) =>
    assembly.resources(type).filter((resource) => used.has(String(resource.attribute('Arn'))));
  const known = connectionsOf({ resources }, () => SECRET);
  const imported = [...used].filter(([arn]) => !known.some((connection) => connection.arn === arn));
  const headers = DATADOG_KEYS.map((key) => ({ key, value: SECRET }));
  return [...known, ...imported.map(([arn, secretArn]) => ({ arn, secretArn, headers, query: [], body: [] }))];
}
