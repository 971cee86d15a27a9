import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { AwsError, NotRehearsedError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import type { BusEvent } from './execution-event';
import { busName, DEFAULT_BUS } from './rule';

const MAX_ENTRIES = 10;

/** Of a whole request. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_BYTES = 262_144;

/** An entry of PutEvents: the event that comes of it, or why there is none. */
export type PutEntry = { readonly event: BusEvent } | { readonly refused: PutEventsResultEntry };

/**
 * What PutEvents makes of its entries. A request that is wrong as a whole is refused; an entry by itself is told in the answer.
 *
 * @throws AwsError
 * @see docs/aws-facts.md#sfn-put-events
 */
export function readEntries(entries: readonly PutEventsRequestEntry[], environment: AwsEnvironment): PutEntry[] {
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw invalid(`1 to ${MAX_ENTRIES} entries are accepted; got ${entries.length}.`);
  }
  const bytes = entries.reduce((sum, { Source = '', DetailType = '', Detail = '' }) => {
    return sum + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
  }, 0);
  if (bytes > MAX_BYTES) throw invalid('Total size of the entries in the request is over the limit.');
  return entries.map((entry) => readEntry(entry, environment));
}

function readEntry(entry: PutEventsRequestEntry, environment: AwsEnvironment): PutEntry {
  const { Source: source = '', DetailType: detailType = '', Detail: text = '', Resources: resources = [] } = entry;
  if (busName(entry.EventBusName) !== DEFAULT_BUS) throw new NotRehearsedError('PutEvents on a bus of one’s own');
  if (source === '')
    return refused('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  // @see docs/aws-facts.md#eventbridge-put-conditions
  if (source.startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (detailType === '') {
    return refused('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  }
  const detail = objectIn(text);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  return {
    event: {
      version: '0',
      id: environment.ids.uuid(),
      'detail-type': detailType,
      source,
      account: environment.account,
      time: new Date(environment.clock.now()).toISOString(),
      region: environment.region,
      resources,
      detail,
    },
  };
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const refused = (ErrorCode: string, ErrorMessage: string): PutEntry => ({ refused: { ErrorCode, ErrorMessage } });

const invalid = (text: string) => new AwsError('ValidationException', text);
