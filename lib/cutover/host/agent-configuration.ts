import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { AgentReach } from '../../../contract/agent';
import type { HttpRequestOfCheck, Reach } from '../../../contract/common';
import { ValidationError } from '../../validation-error';
import { jsonLines } from '../definition/json-lines';
import { parameterName } from '../migration-name';
import type { ForwardedTo } from './session-access';

/** An advanced parameter's value. @see docs/aws-facts.md#ssm-parameter-size */
const MAX_CONFIGURATION = 8_192;
/** Of the 16 KB of user data, what the program that is in it besides leaves. @see docs/aws-facts.md#ec2-user-data-size */
const MAX_REACH = 10_000;

/** A migration's configuration, whatever else is in it. */
export interface Configuration {
  readonly migrationName: string;
  readonly blue: Reach;
  readonly green: Reach;
}

export interface AgentConfigurationProps {
  readonly configuration: Configuration;
  /** What both sides are, in the plural. */
  readonly sides: string;
  /** What only a deploy may say besides. */
  readonly reach?: Partial<AgentReach>;
  /** Of the checks: in the user data alone. */
  readonly requests: readonly HttpRequestOfCheck[];
}

/** The parameter with a migration's configuration, and what of it the host is told by its user data. */
export class AgentConfiguration {
  public readonly parameterName: string;
  public readonly parameter: StringParameter;
  /** Where each is reached now. A green that RDS makes later answers by blue's name: it is reached there. */
  public readonly sides: Readonly<Record<string, ForwardedTo>>;
  /** JSON of an {@link AgentReach}. */
  public readonly reach: string;

  constructor(scope: Construct, props: AgentConfigurationProps) {
    const { configuration, requests } = props;
    const { migrationName, blue, green } = configuration;
    this.sides = { blue, ...(green.host !== blue.host && { green }) };
    this.parameterName = parameterName(migrationName, 'configuration');
    this.parameter = new StringParameter(scope, 'Configuration', {
      parameterName: this.parameterName,
      simpleName: false,
      description: `What the agent needs to know of both ${props.sides}. Names secrets, holds none.`,
      stringValue: jsonLines(scope, configuration),
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    const reach: AgentReach = {
      migrationName,
      blue: reachOf(blue),
      green: reachOf(green),
      ...props.reach,
      ...(requests.length > 0 && { requests }),
    };
    this.reach = jsonLines(scope, reach);
    assertFits('smokeQueries, queries of checks and conversions', 'an SSM parameter', configuration, MAX_CONFIGURATION);
    assertFits('requests of checks and conversions', "the host's user data", reach, MAX_REACH);
  }
}

/** A token stands for about as much as its name in the code takes. */
function assertFits(what: string, where: string, value: object, most: number): void {
  const { length } = JSON.stringify(value, undefined, 1);
  if (length <= most) return;
  throw new ValidationError(
    `${what}: got ${length} characters with all that goes with them into ${where}, where there is room for ${most}. Shorten them, or state fewer; a long query can be a view.`,
  );
}

/** Of what the configuration says of an endpoint, where it is and how to sign in there. */
export function reachOf({ host, readerHost, port, tls, serverName, secretArn }: Reach): Reach {
  return {
    host,
    ...(readerHost !== undefined && { readerHost }),
    port,
    tls,
    ...(serverName !== undefined && { serverName }),
    ...(secretArn !== undefined && { secretArn }),
  };
}
