import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HttpRequestOfCheck } from '../../contract/common';
import type { QueryOfCheck } from '../../contract/database';
import { assertStated } from '../cutover/validations/stated';
import type { CheckKind, CheckProps, ICheck } from './check-kind';

/** What a kind of check knows besides its props. */
export interface OfKind<Facts extends object> {
  readonly kind: CheckKind<Facts>;
  /** Where the props give none. */
  readonly timeout: Duration;
  /** Where the props give none. @default 0 */
  readonly retries?: number;
  /** Or how they are had in the scope of the migration. */
  readonly facts: Facts | ((scope: Construct) => Facts);
  /** That the migration host sends. @default - none */
  readonly request?: HttpRequestOfCheck;
  /** That the agent asks of the database. @default - none */
  readonly query?: QueryOfCheck;
  /** What must be migrated. @default - anything */
  readonly of?: ICheck['_of'];
}

/** A check of a kind, as its factory knows it. */
export function checkOfKind<Facts extends object>(props: CheckProps, ofKind: OfKind<Facts>): ICheck {
  assertStated('CheckProps', props, {
    name: 'what operators call the check',
    when: 'when it is asked, e.g. CheckTime.AFTER_RESUME',
  });
  const { kind, facts, request, query, of } = ofKind;
  return {
    checkId: props.name,
    when: props.when,
    ...(props.owner !== undefined && { owner: props.owner }),
    ...(props.note !== undefined && { note: props.note }),
    timeout: props.timeout ?? ofKind.timeout,
    retries: props.retries ?? ofKind.retries ?? 0,
    interval: props.interval ?? Duration.seconds(10),
    _kind: kind,
    ...(request !== undefined && { _request: request }),
    ...(query !== undefined && { _query: query }),
    ...(of !== undefined && { _of: of }),
    _bind: (scope) => (typeof facts === 'function' ? facts(scope) : facts),
  };
}
