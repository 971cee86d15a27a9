import { ValidationError } from '../validation-error';
import type { ICheck } from './check-kind';

const INSTEAD = {
  cache: 'Use Check.keysAppear, which looks into a cache.',
  database: 'Use Check.query, which looks into a database.',
  memcached: 'Ask an application with Check.http or a metric: Memcached lists no keys.',
} as const;

/** @throws Error where a check looks into what is not migrated */
export function checkChecksOf(kind: keyof typeof INSTEAD, checks: readonly ICheck[] = []): void {
  const wrong = checks.find(({ _of }) => _of !== undefined && _of !== kind);
  if (wrong === undefined) return;
  throw new ValidationError(
    `check ${wrong.checkId}: got one of ${wrong._kind.name === 'keys' ? 'keys' : 'a query'} in a migration of a ${kind}; accepted are those of its own kind. ${INSTEAD[kind]}`,
  );
}
