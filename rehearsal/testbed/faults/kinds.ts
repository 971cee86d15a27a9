/** What can go wrong on purpose, and how the command line explains it. */
export const FAULTS = {
  throttle: 'calls of a state are throttled, fewer times than the state retries',
  denied: 'calls of a state are denied until the cause is fixed',
  'lost-answer': 'a call of a state is carried out, and its answer is lost',
  abort: 'the execution is stopped, as by StopExecution',
  'abort-unheard': 'the execution is stopped, and the event that tells of it is lost',
  'abort-doubled': 'the execution is stopped, and the event that tells of it is delivered twice',
  'second-execution': 'a second execution of the same action is started',
  'early-recover': 'a recovery is started while the execution runs',
  deploy: 'a deploy updates the weighted records, as CloudFormation would',
  alarm: 'an alarm goes off',
  'kill-agent': 'the agent dies, and restarts with the state on its disk',
  'hang-agent': 'the agent hangs for longer than its heartbeat timeout',
  'replace-host': 'the migration host is replaced: the agent restarts without its state',
  'crash-host': 'the migration host dies, and is back with its disk when EC2 has rebooted it',
  'kill-blue': 'blue’s server dies',
  'kill-green': 'green’s server dies',
  'crash-green': 'a query of a report crashes green’s server, which restarts',
  'stop-converting': 'the converting replica stops replicating',
  'lag-converting': 'the converting replica stops applying changes',
  'write-converting': 'somebody writes to the converting replica',
  'lose-log-converting': 'the converting replica loses its binary log',
  'kill-converting': 'the converting replica’s server dies',
  'lock-converting':
    'somebody reads tables of the converting replica in a transaction that stays open until the cause is fixed',
  'fill-converting': 'the converting replica has hardly any storage left until the cause is fixed',
  'leftover-replication': 'blue has a replication configured, as an earlier maintenance leaves it',
  'ddl-on-blue': 'a table of blue’s is altered',
} as const;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** Injected into the calls of a state; all others when the state is entered. */
const OF_CALLS: readonly FaultKind[] = ['throttle', 'denied', 'lost-answer'];

/** The target of a fault that only some migrations have. */
const OF_SOME: Partial<Record<FaultKind, string>> = {
  'crash-host': 'a relay on the migration host',
  'crash-green': 'databases',
  'leftover-replication': 'databases',
  'ddl-on-blue': 'PostgreSQL (MySQL replicates a changed table)',
  'stop-converting': 'converting replicas',
  'lag-converting': 'converting replicas',
  'write-converting': 'converting replicas',
  'lose-log-converting': 'converting replicas',
  'kill-converting': 'converting replicas',
  'lock-converting': 'converting replicas',
  'fill-converting': 'converting replicas',
};

/** In words. Undefined for a fault of any migration. */
export function targetOfSome(kind: FaultKind): string | undefined {
  return OF_SOME[kind];
}

/** How often the event is delivered that tells how an execution ended: EventBridge promises at least once, and loses some. */
const DELIVERIES: Partial<Record<FaultKind, number>> = { abort: 1, 'abort-unheard': 0, 'abort-doubled': 2 };

/** Undefined for a fault that stops no execution. */
export function deliveriesAfter(kind: FaultKind): number | undefined {
  return DELIVERIES[kind];
}

/** The side cannot serve any more, or not for a while: the operator has clients leave it. */
export function losesASide(kind: FaultKind): boolean {
  return kind === 'kill-blue' || kind === 'kill-green' || kind === 'crash-green';
}

/** It is armed when its state is entered, and happens later, if at all. */
export function comesLater(kind: FaultKind): boolean {
  return kind === 'crash-green';
}

export function failsCalls(kind: FaultKind): boolean {
  return OF_CALLS.includes(kind);
}
