import type { ClientFigures, InvariantViolation, PhaseRun, RehearsalResult } from './result';

/**
 * The result as `--json` writes it. Fields are picked by hand, so that their order is the same in every run (two runs
 * can be compared with `diff`) and nothing that only the page needs gets in.
 */
export function renderJson(result: RehearsalResult): string {
  return `${JSON.stringify(inOrder(result), undefined, 2)}\n`;
}

function inOrder({ ok, outcome, serving, reason, clients, data, cutover, invariants, byHand }: RehearsalResult) {
  return {
    ok,
    outcome,
    serving,
    reason,
    clients: clientsInOrder(clients),
    data: { keys: data.keys, mismatches: data.mismatches },
    cutover: {
      freezeMs: cutover.freezeMs,
      transitions: cutover.transitions,
      phases: cutover.phases.map(phaseInOrder),
    },
    invariants: { checked: invariants.checked, violations: invariants.violations.map(violationInOrder) },
    byHand: byHand && { clients: clientsInOrder(byHand.clients) },
  } satisfies Record<keyof RehearsalResult, unknown>;
}

function clientsInOrder(clients: ClientFigures) {
  return {
    operations: clients.operations,
    failed: clients.failed,
    longestWriteGapMs: clients.longestWriteGapMs,
    lostWrites: clients.lostWrites,
    conflicts: clients.conflicts,
    lockViolations: clients.lockViolations,
    sessionsLost: clients.sessionsLost,
  } satisfies Record<keyof ClientFigures, number>;
}

function phaseInOrder({ name, startedMs, durationMs, outcome, error }: PhaseRun) {
  return { name, startedMs, durationMs, outcome, error } satisfies Record<keyof PhaseRun, unknown>;
}

function violationInOrder({ invariant, what }: InvariantViolation) {
  return { invariant, what } satisfies Record<keyof InvariantViolation, unknown>;
}
