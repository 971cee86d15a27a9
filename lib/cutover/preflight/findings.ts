import type { Severity } from '../../../contract/common';
import { literal } from '../states/expression';
import { jsonata } from '../states/jsonata';

/** A finding as the agent's: each part JSONata, in the same words. */
export interface FindingText {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

/** JSONata: one finding for each of `items`. */
export function findings(items: string, { id, severity, message, remedy }: FindingText): string {
  return `[${items}.{'id': ${literal(id)}, 'severity': ${literal(severity)}, 'message': ${message}, 'remedy': ${remedy}}]`;
}

/** JSONata: what the agent found in `result`, with what RDS and others know besides. */
export function withFindings(result: string, lists: readonly string[]): string {
  const besides = lists.reduce((all, list) => `$append(${all}, ${list})`, '[]');
  return jsonata`
    ($besides := ${besides}; $merge([${result}, {'findings': $append(${result}.findings, $besides),
    'errors': ${result}.errors + $count($besides[severity = 'error'])}]))
  `;
}
