import { checkErrorNames } from './error-names';
import { checkExpressions } from './expressions';
import { type Finding, InvalidDefinition } from './finding';
import { checkQueryLanguage } from './query-language';
import { checkResources } from './resources';
import type { StateMachine } from './schema';
import { checkShape } from './shape';
import { checkTransitions } from './transitions';
import { checkVariables } from './variables';

/** A definition may be 1 MiB of JSON text (Step Functions service quotas). */
const MAX_BYTES = 1_048_576;

/**
 * Takes a definition as CreateStateMachine would, and refuses by name what it, or this interpreter, cannot run.
 *
 * @param definition The JSON text, or what it parses to. CloudFormation intrinsics must be resolved.
 * @throws InvalidDefinition with every finding.
 */
export function parseDefinition(definition: unknown): StateMachine {
  const text = typeof definition === 'string' ? definition : (JSON.stringify(definition) ?? '');
  const shape = checkShape(parseJson(text));
  if ('findings' in shape) throw new InvalidDefinition(shape.findings);
  const findings = [
    checkQueryLanguage,
    checkTransitions,
    checkResources,
    checkErrorNames,
    checkVariables,
    checkExpressions,
  ].flatMap((check): Finding[] => check(shape.machine));
  if (findings.length > 0) throw new InvalidDefinition(findings);
  return shape.machine;
}

function parseJson(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    refuse(`The definition has ${Buffer.byteLength(text)} bytes; accepted are ${MAX_BYTES}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`The definition is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuse(message: string): never {
  throw new InvalidDefinition([{ code: 'INVALID_JSON_DESCRIPTION', message, location: '' }]);
}
