import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { AgentReach, CacheMigrationConfiguration, HttpRequestOfCheck, Reach } from '../../agent/contract';
import type { DatabaseMigrationConfiguration } from '../../agent/database-contract';
import { jsonLines } from './json-lines';
import { parameterName } from './migration-name';

/** The parameter with a migration's configuration, and what of it the host is told by its user data. */
export class AgentConfiguration {
  public readonly parameterName: string;
  public readonly parameter: StringParameter;
  /** JSON of an {@link AgentReach}. */
  public readonly reach: string;

  constructor(
    scope: Construct,
    configuration: CacheMigrationConfiguration | DatabaseMigrationConfiguration,
    /** Of the checks: in the user data alone. */
    requests: readonly HttpRequestOfCheck[] = [],
  ) {
    const { migrationName, blue, green } = configuration;
    const sides = configuration.kind === 'cache' ? 'caches' : 'databases';
    this.parameterName = parameterName(migrationName, 'configuration');
    this.parameter = new StringParameter(scope, 'Configuration', {
      parameterName: this.parameterName,
      simpleName: false,
      description: `What the agent needs to know of both ${sides}. Names secrets, holds none.`,
      stringValue: jsonLines(scope, configuration),
    });
    const reach: AgentReach = {
      migrationName,
      blue: reachOf(blue),
      green: reachOf(green),
      ...(configuration.kind === 'database' &&
        configuration.replicationSecretArn !== undefined && {
          replicationSecretArn: configuration.replicationSecretArn,
        }),
      ...(configuration.kind === 'database' &&
        configuration.converting !== undefined && {
          converting: reachOf(configuration.converting.endpoint),
          conversions: configuration.converting.conversions,
        }),
      ...(requests.length > 0 && { requests }),
    };
    this.reach = jsonLines(scope, reach);
  }
}

function reachOf({ host, readerHost, port, tls, serverName, secretArn }: Reach): Reach {
  return {
    host,
    ...(readerHost !== undefined && { readerHost }),
    port,
    tls,
    ...(serverName !== undefined && { serverName }),
    ...(secretArn !== undefined && { secretArn }),
  };
}
