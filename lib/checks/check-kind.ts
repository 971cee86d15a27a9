import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { HttpRequestOfCheck } from '../../contract/common';
import type { QueryOfCheck } from '../../contract/database';
import type { CheckKind as KindName } from '../../contract/manifest';
import type { AgentWorker } from '../cutover/host/agent-worker';

/** When a check is asked after the switch. */
export enum CheckTime {
  /** While what was stopped is still stopped, e.g. behind the maintenance page. */
  BEFORE_RESUME = 'beforeResume',

  /** Once everything is back and clients are in. */
  AFTER_RESUME = 'afterResume',
}

/** What every check may say of itself. */
export interface CheckProps {
  /** Names it in the runbook, in messages and in `cutover confirm`: 1 to 40 characters, unique in the migration. */
  readonly name: string;

  /** When it is asked after the switch. */
  readonly when: CheckTime;

  /**
   * Who answers for it: team and contact, for messages and the runbook.
   *
   * @default - nobody is named
   */
  readonly owner?: string;

  /**
   * What the operator should know, for the runbook.
   *
   * @default - nothing
   */
  readonly note?: string;

  /**
   * How long one try may take; one that takes longer has failed.
   *
   * @default - what its kind needs: 30 seconds for a request, 15 minutes for a state machine or a command, an hour for a
   * person
   */
  readonly timeout?: Duration;

  /**
   * How often it is tried again after a try that failed, 0 to 20.
   *
   * @default - 2 for a request; 0 for a state machine, a command or a person
   */
  readonly retries?: number;

  /**
   * How long is waited between two tries.
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;
}

/** Something that must be well after the switch. Made by the factories of `Check`. */
export interface ICheck {
  /** Unique in the migration. */
  readonly checkId: string;

  /** When it is asked after the switch. */
  readonly when: CheckTime;

  /** Who answers for it, for messages and the runbook. */
  readonly owner?: string;

  /** What the operator should know, for the runbook. */
  readonly note?: string;

  /** How long one try may take. */
  readonly timeout: Duration;

  /** How often it is tried again. */
  readonly retries: number;

  /** How long is waited between two tries. */
  readonly interval: Duration;

  /**
   * How checks like this one are asked.
   *
   * @internal
   */
  readonly _kind: CheckKind;

  /**
   * The request that the migration host sends, if it sends one: only a deploy may say which.
   *
   * @internal
   */
  readonly _request?: HttpRequestOfCheck;

  /**
   * The query that the agent asks, if it asks one: only the configuration says which.
   *
   * @internal
   */
  readonly _query?: QueryOfCheck;

  /**
   * What must be migrated for it to be asked. Absent: anything.
   *
   * @internal
   */
  readonly _of?: 'cache' | 'database';

  /**
   * What the states of its kind need to know of it: an object of plain values. In them it is `$facts`. Makes what it
   * needs in the migration, once.
   *
   * @internal
   */
  _bind(scope: Construct): object;
}

/**
 * When the states of a kind run: `preflight` asks blue before anything is changed; `beforeResume` and `afterResume` decide
 * after the switch; `return` asks blue after a rollback, and only reports.
 */
export type CheckPoint = 'preflight' | 'beforeResume' | 'afterResume' | 'return';

/** With what the states of a kind are made: once for all its checks at a point of the migration. */
export interface CheckStates<Facts extends object> {
  readonly scope: Construct;
  /** Put first in the name of every state, so that names are unique in the state machine. */
  readonly prefix: string;
  /** Of all checks of the kind in this migration: whom the states may ask. */
  readonly all: readonly Facts[];
  /** The longest time that a check of the kind gives a try: what cannot wait for `$check.timeout` waits for that. */
  readonly longest: Duration;
  readonly migrationName: string;
  /** One task at a time: checks are asked one after the other. */
  readonly agent: AgentWorker;
  /** Where the migration announces what it waits for. */
  readonly topic: ITopic | undefined;
  readonly at: CheckPoint;
  /** How many checks wait at once: one. */
  readonly waiting: number;
}

/**
 * How checks of one kind are asked. The states run once for each try: `$facts` is what the check is, and `$check` what all
 * checks are: `{"id", "kind", "owner"?, "note"?, "when", "timeout", "retries", "interval", "facts", "since"}`, times in
 * seconds. `$from` and `$to` are the sides that clients left and are on; at `preflight` and `return` clients are on blue.
 * `$checkBegun` is when the check was first asked, and `$check.since` when the first of its round was: clients had left the
 * other side by then. Both in milliseconds.
 */
export interface CheckKind<Facts extends object = object> {
  /** As the manifest calls it. */
  readonly id: KindName;

  /** As people call one, e.g. `HTTP request`. Part of state names. */
  readonly name: string;

  /** Only a person can answer: it is asked neither of blue beforehand nor after a rollback. @default - it is asked there too */
  readonly asksPeople?: boolean;

  /** How long it waits between two looks within a try, at the least in the long run. @default - it does not look twice */
  readonly looksEvery?: Duration;

  /** How many events a try makes at most that may take so many seconds. @default - by `looksEvery` */
  mostEvents?(seconds: number): number;

  /**
   * Tries once, and ends within `$check.timeout`. Outputs `{"passed": true or false, "detail": text}`, where `detail` says in
   * a sentence's part what was seen, and holds no secret; `by` besides, where a person answered. A failure is a try that has
   * failed: what cannot be asked is not well.
   */
  ask(states: CheckStates<Facts>): IChainable;
}
