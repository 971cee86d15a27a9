import type { EventBridge } from '../aws/eventbridge/eventbridge';
import type { BusEvent } from '../aws/eventbridge/execution-event';
import type { ToldOutcome } from '../report/result';

/** As migrations call it, and rules of `onOutcome` ask for. */
const OUTCOME = 'Cutover Outcome';

/** What executions told of their ends, and what became of it. A rehearsal sees that the app's own rules are reached. */
export function toldOutcomes({ events, deliveries }: Pick<EventBridge, 'events' | 'deliveries'>): ToldOutcome[] {
  return events
    .filter((event) => event['detail-type'] === OUTCOME)
    .map((event) => ({
      ...detailOf(event),
      deliveries: deliveries
        .filter((delivery) => delivery.event.id === event.id)
        .map(({ rule, target, error }) => ({ rule, target, ...(error !== undefined && { error }) })),
    }));
}

function detailOf({ detail }: BusEvent): Pick<ToldOutcome, 'outcome' | 'activeSide'> {
  const { outcome, activeSide } = detail as Pick<ToldOutcome, 'outcome' | 'activeSide'>;
  return { outcome, activeSide };
}
