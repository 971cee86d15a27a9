import { Token } from 'aws-cdk-lib';
import type { EngineLine, SupportEnd } from './engine-line';

/** What is known of an engine here: which it is, and the version. */
export interface EngineRelease {
  /** @internal */
  readonly _line: EngineLine;
  readonly version: string;
}

export function supportEndOf({ _line: line, version }: EngineRelease): SupportEnd | undefined {
  return Token.isUnresolved(version) ? undefined : line.supportEnd(version);
}

/** @throws where ElastiCache creates no cache with it; of a token nothing is known */
export function assertCreatable({ _line: line, version }: EngineRelease): void {
  if (!Token.isUnresolved(version)) line.assertCreatable(version);
}

/** The parameter group family of a release, or undefined where ElastiCache has none. */
export function parameterGroupFamilyOf({ _line: line, version }: EngineRelease): string | undefined {
  return Token.isUnresolved(version) ? undefined : line.parameterGroupFamily(version);
}
