import type { Duration } from 'aws-cdk-lib';
import { expression } from '../states/expression';

export interface RecordStepsProps {
  readonly hostedZoneId: string;
  /** Fully qualified, no trailing dot. */
  readonly recordName: string;
  readonly ttl: Duration;
  readonly blueTarget: string;
  readonly greenTarget: string;
  /** All that green may lead to while an execution goes on. @default - `greenTarget` alone */
  readonly greenTargets?: readonly string[];
  /** A name that leads to a host which relays clients to either side. @default - there is no such entry */
  readonly relayTarget?: string;
}

/** JSONata: what the record leads to while clients go through the relay. */
export const RELAY = `{'side': 'relay'}`;

/** Of the record, by its set identifier. */
export type Entry = 'blue' | 'green' | 'relay';
/** JSONata, by the entry. */
export type Weights = Readonly<Record<Entry, string>>;

export function entriesOf({ relayTarget }: RecordStepsProps): readonly Entry[] {
  return relayTarget === undefined ? ['blue', 'green'] : ['blue', 'green', 'relay'];
}

/** JSONata: the weights that give all to the side in the JSONata variable `side`. */
export function wholly(side: string): Weights {
  const weight = (entry: Entry) => `${side}.side = '${entry}' ? 100 : 0`;
  return { blue: weight('blue'), green: weight('green'), relay: weight('relay') };
}

export function weighted(record: RecordStepsProps, entry: Entry, weight: string) {
  const targets = { blue: record.blueTarget, green: record.greenTarget, relay: record.relayTarget };
  return {
    Action: 'UPSERT',
    ResourceRecordSet: {
      Name: record.recordName,
      Type: 'CNAME',
      SetIdentifier: entry,
      Weight: expression(weight),
      Ttl: record.ttl.toSeconds(),
      ResourceRecords: [{ Value: targets[entry] }],
    },
  };
}
