import type { Construct } from 'constructs';
import { CachesStack } from './caches-stack';
import { MigrationStack } from './migration-stack';

export interface SharedCacheProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

export function sharedCache(scope: Construct, props: SharedCacheProps = {}): void {
  const caches = new CachesStack(scope, 'SharedCache');
  if (props.migrating !== false) new MigrationStack(scope, 'SharedCacheMigration', { caches });
}
