import { isDeepStrictEqual } from 'node:util';
import type { AgentReach } from '../contract/agent';
import type { Reach } from '../contract/common';
import type { Conversion, DatabaseMigrationConfiguration } from '../contract/database';
import type { MigrationConfiguration } from './configuration';
import { AgentError } from './errors';

const FIELDS = ['host', 'readerHost', 'port', 'tls', 'serverName', 'secretArn'] as const satisfies (keyof Reach)[];

/**
 * Throws `Agent.AccessDenied` where a configuration would have the agent sign in elsewhere, or otherwise, than the deploy
 * said that made the host.
 *
 * @param where the parameter that holds the configuration, for the message
 */
export function checkReach(configuration: MigrationConfiguration, reach: AgentReach, where: string): void {
  const changed = [
    ...difference('migrationName', configuration.migrationName, reach.migrationName),
    ...(['blue', 'green'] as const).flatMap((side) => {
      const found: Reach = configuration[side];
      return FIELDS.flatMap((field) => difference(`${side}.${field}`, found[field], reach[side][field]));
    }),
    ...converting(configuration, reach),
    ...difference('replicationSecretArn', replicationSecretOf(configuration), reach.replicationSecretArn),
  ];
  if (changed.length === 0) return;
  throw new AgentError(
    'Agent.AccessDenied',
    `${where} says otherwise than the deploy that made this host: ${changed.join('; ')}. Nothing was signed in to. ` +
      'Deploy the migration again, which writes both; if nobody deployed, see in CloudTrail who called PutParameter.',
  );
}

function converting(configuration: MigrationConfiguration, reach: AgentReach): string[] {
  const { endpoint: found, conversions }: { endpoint?: Reach; conversions?: readonly Conversion[] } =
    (configuration.kind === 'database' ? configuration.converting : undefined) ?? {};
  if (found === undefined || reach.converting === undefined) {
    return difference('converting', found?.host, reach.converting?.host);
  }
  const deployed = reach.converting;
  const others = !isDeepStrictEqual(conversions, reach.conversions);
  return [
    ...FIELDS.flatMap((field) => difference(`converting.${field}`, found[field], deployed[field])),
    ...(others ? ['converting.conversions are others than were deployed'] : []),
  ];
}

function difference(field: string, found: unknown, deployed: unknown): string[] {
  return found === deployed ? [] : [`${field} is ${said(found)} and was deployed as ${said(deployed)}`];
}

function said(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function replicationSecretOf(
  configuration: MigrationConfiguration,
): DatabaseMigrationConfiguration['replicationSecretArn'] {
  return configuration.kind === 'database' ? configuration.replicationSecretArn : undefined;
}
