import type { ManifestDatabases, ManifestParameterGroup } from '../../../contract/manifest';
import { convertingBetween } from '../converting-replica/converting-between';
import type { IDatabase } from '../database/database';
import type { ReaderTargets } from '../readers/reader-steps';
import type { AuroraMigrationProps } from './aurora-migration-props';

/** What the manifest says of both databases: RDS knows them by more than the agent's configuration has. */
export function databasesOf(props: AuroraMigrationProps, { green: settled, steps }: ReaderTargets): ManifestDatabases {
  const { blue, green } = props;
  const converting = convertingBetween(props)?.instanceIdentifier;
  const led = new Map(
    [settled, ...steps].flatMap((to) => (to?.kind === 'endpoint' ? [[to.identifier, to.address]] : [])),
  );
  return {
    blue: { ...clusterOf(blue), instances: blue.instanceIdentifiers },
    green: {
      ...(green !== undefined && clusterOf(green)),
      endpoints: [...led].map(([identifier, host]) => ({ identifier, host })),
    },
    ...(converting !== undefined && { converting }),
  };
}

/** That a managed green is to have. */
export function parameterGroupsOf({ strategy }: AuroraMigrationProps): ManifestParameterGroup[] {
  const { targetClusterParameterGroupName: name, targetEngine } = strategy._managed ?? {};
  return name === undefined || targetEngine === undefined ? [] : [{ name, engineVersion: targetEngine.version }];
}

const clusterOf = ({ clusterIdentifier: cluster }: IDatabase) => (cluster === undefined ? {} : { cluster });
