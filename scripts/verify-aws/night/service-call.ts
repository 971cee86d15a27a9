import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** A call of a service that an execution made, as its history tells. */
export interface ServiceCall {
  readonly state: string;
  /** As in a resource ARN, e.g. `route53`, and `sns` of an optimized one. */
  readonly service: string;
  readonly action: string;
  /** In the SDK for Java 2's spelling. */
  readonly input: Answer;
  readonly output?: Answer;
  readonly error?: string;
  readonly cause?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What is known of it is known by its field's name. */
export type Answer = Readonly<Record<string, unknown>>;

/** Each call with its answer, in order: an event names the one before it, back to the state that was entered. */
export function callsOf(events: readonly HistoryEvent[]): ServiceCall[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const before = (event: HistoryEvent | undefined) => byId.get(event?.previousEventId ?? 0);
  return events.flatMap((ended) => {
    const succeeded = ended.taskSucceededEventDetails;
    const failed = ended.taskFailedEventDetails;
    if (succeeded === undefined && failed === undefined) return [];
    let scheduled = before(ended);
    while (scheduled !== undefined && scheduled.type !== 'TaskScheduled') scheduled = before(scheduled);
    let entered = before(scheduled);
    while (entered !== undefined && entered.stateEnteredEventDetails === undefined) entered = before(entered);
    const { resourceType = '', resource = '', parameters = '{}' } = scheduled?.taskScheduledEventDetails ?? {};
    return [
      {
        state: entered?.stateEnteredEventDetails?.name ?? '',
        service: resourceType.replace(/^aws-sdk:/, ''),
        action: resource.replace(/\..*$/, ''),
        input: JSON.parse(parameters) as Answer,
        ...(succeeded !== undefined && { output: JSON.parse(succeeded.output ?? '{}') as Answer }),
        ...(failed?.error !== undefined && { error: failed.error }),
        ...(failed?.cause !== undefined && { cause: failed.cause }),
        startedAt: timeOf(scheduled),
        endedAt: timeOf(ended),
      },
    ];
  });
}

const timeOf = (event: HistoryEvent | undefined) => event?.timestamp?.getTime() ?? 0;
