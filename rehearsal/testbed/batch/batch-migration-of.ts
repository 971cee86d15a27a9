import type { BatchManifest, BatchManifestKey } from '../../../contract/batch-migration';
import type { Assembly } from '../../assembly';

export const BATCH_MANIFEST: BatchManifestKey = 'cdk-cutover:batch-manifest';

/** What the assembly's migration of a batch host consists of; undefined where it has none. */
export function batchMigrationOf(assembly: Assembly): BatchManifest | undefined {
  const [manifest] = assembly
    .resources('AWS::StepFunctions::StateMachine')
    .map((resource) => resource.metadata(BATCH_MANIFEST))
    .filter((found) => found !== undefined);
  return manifest as BatchManifest | undefined;
}
