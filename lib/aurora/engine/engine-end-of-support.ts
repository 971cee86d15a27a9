import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import type { DatabaseEngine } from './engine';
import { SUCCESSORS, supportEndOf } from './engine-lifecycle';

/**
 * Says so where AWS no longer looks after a database's engine. A warning and not an error: leaving such an engine is
 * what a migration is for.
 */
export function warnPastEndOfSupport(database: IConstruct, engine: DatabaseEngine): void {
  const end = supportEndOf(engine._release);
  const today = new Date().toISOString().slice(0, 10);
  if (end === undefined || today <= end.standard) return;
  const since =
    end.extended === undefined
      ? 'It gets no more security fixes.'
      : `Until ${end.extended} AWS charges extra for extended support.`;
  warn(
    database,
    'cdk-cutover:DatabaseEndOfSupport',
    `Standard support of ${engine} ended on ${end.standard}. ${since} Move to version ${SUCCESSORS[engine._name]}.`,
  );
}
