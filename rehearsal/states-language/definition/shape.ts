import type { z } from 'zod';
import type { Finding } from './finding';
import { type StateMachine, stateMachine } from './schema';

const JSONPATH_FIELDS = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'Variable',
]);

const NOT_SUPPORTED = new Map([
  ['Credentials', 'tasks always run as the state machine’s own role'],
  ['Iterator', 'it is deprecated; write ItemProcessor'],
  ['ItemReader', 'it belongs to a distributed Map; only inline Maps are run'],
  ['ItemBatcher', 'it belongs to a distributed Map; only inline Maps are run'],
  ['ResultWriter', 'it belongs to a distributed Map; only inline Maps are run'],
  ['Label', 'it belongs to a distributed Map; only inline Maps are run'],
  ['ExecutionType', 'it belongs to a distributed Map; only inline Maps are run'],
]);

export type Shape = { readonly machine: StateMachine } | { readonly findings: readonly Finding[] };

/** Whether each state has the fields of its type, all of them and no others, with values the service accepts. */
export function checkShape(definition: unknown): Shape {
  const parsed = stateMachine.safeParse(definition);
  if (parsed.success) return { machine: parsed.data };
  return { findings: parsed.error.issues.flatMap(findingsOf) };
}

function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const location = locationOf(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => unknownField(field, location));
  if (location.endsWith('/ProcessorConfig/Mode')) {
    return [{ code: 'UNSUPPORTED', message: 'Only Maps of Mode INLINE are run, no distributed Map', location }];
  }
  return [{ code: 'SCHEMA_VALIDATION_FAILED', message: issue.message, location }];
}

function unknownField(field: string, parent: string): Finding {
  const location = `${parent}/${field}`;
  if (JSONPATH_FIELDS.has(field)) {
    const message = `Field '${field}' is of the JSONPath query language; only JSONata is run`;
    return { code: 'UNSUPPORTED', message, location };
  }
  const reason = NOT_SUPPORTED.get(field);
  if (reason !== undefined) {
    return { code: 'UNSUPPORTED', message: `Field '${field}' is not supported: ${reason}`, location };
  }
  return { code: 'SCHEMA_VALIDATION_FAILED', message: `Field '${field}' is not supported`, location };
}

function locationOf(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `/${String(step)}`)).join('');
}
