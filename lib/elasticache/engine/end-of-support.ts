import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import type { CacheEngine } from './engine';
import { supportEndOf } from './engine-lifecycle';

/**
 * Says so where ElastiCache no longer looks after a cache's engine. A warning and not an error: leaving such an engine
 * is what a migration is for.
 */
export function warnPastEndOfSupport(cache: IConstruct, engine: CacheEngine): void {
  const end = supportEndOf(engine);
  const today = new Date().toISOString().slice(0, 10);
  if (end === undefined || today <= end.standard) return;
  const since =
    end.extended === undefined
      ? 'It gets no more security fixes.'
      : `Until ${end.extended} ElastiCache charges extra for extended support.`;
  warn(
    cache,
    'cdk-cutover:EngineEndOfSupport',
    `ElastiCache's standard support of ${engine} ended on ${end.standard}. ${since} Move to ${engine._line.recommended}.`,
  );
}
