import { Refusal } from './refusal';

export interface RecordProperties {
  readonly hostedZoneId: string;
  /** Fully qualified, no trailing dot. */
  readonly recordName: string;
  readonly ttlSeconds: number;
  readonly blueTarget: string;
  readonly greenTarget: string;
  /** Other endpoints of green's that the state machine may have led green to. */
  readonly greenTrialTargets: readonly string[];
  /** Absent: clients are moved without a relay. */
  readonly relay?: RelayProperties;
}

/** The third entry of the record, and where its name leads. */
export interface RelayProperties {
  /** A name below the record's own. */
  readonly name: string;
  /** Of the host that relays. */
  readonly address: string;
}

/** CloudFormation hands every property over as a string. */
export function readProperties(properties: Record<string, unknown>): RecordProperties {
  const text = (name: string): string => {
    const value = properties[name];
    if (typeof value !== 'string' || value === '') {
      throw new Refusal(`Property ${name}: got ${JSON.stringify(value)}; accepted is a text that is not empty.`);
    }
    return value;
  };
  const ttlSeconds = Number(text('TtlSeconds'));
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0) {
    throw new Refusal(`Property TtlSeconds: got ${JSON.stringify(properties.TtlSeconds)}; accepted are whole seconds.`);
  }
  return {
    hostedZoneId: text('HostedZoneId'),
    recordName: text('RecordName'),
    ttlSeconds,
    blueTarget: text('BlueTarget'),
    greenTarget: text('GreenTarget'),
    greenTrialTargets: texts('GreenTrialTargets', properties.GreenTrialTargets),
    ...(properties.RelayName !== undefined && { relay: { name: text('RelayName'), address: text('RelayAddress') } }),
  };
}

function texts(name: string, value: unknown = []): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')) return value;
  throw new Refusal(`Property ${name}: got ${JSON.stringify(value)}; accepted is a list of texts that are not empty.`);
}
