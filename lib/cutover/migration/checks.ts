import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { timesOfChecks } from '../../checks/check-budget';
import { checkChecksOf } from '../../checks/checks-of-migration';
import { warn } from '../annotations';
import { checkAlarms } from '../monitoring/alarms-check';
import { checkLeftBehind } from '../validations/left-behind';
import { checkPlace } from '../validations/place';
import { checkRegions } from '../validations/regions';
import { checkTimes } from '../validations/times';
import type { MigrationOptions } from './options';

/** What can be known to be wrong with the options that every migration has. @param own the kind's own times, by option */
export function checkOptions(
  migration: IConstruct,
  kind: Parameters<typeof checkChecksOf>[0],
  options: MigrationOptions & Parameters<typeof checkPlace>[1],
  own: Readonly<Record<string, Duration | undefined>>,
): void {
  const {
    checks,
    alarms = [],
    watch,
    approvalTimeout,
    approval,
    notifications,
    logEncryptionKey,
    clientsLeftBehind,
  } = options;
  checkChecksOf(kind, checks);
  checkAlarms(alarms);
  checkTimes({ watch, approvalTimeout, ...own, ...timesOfChecks(checks) });
  checkPlace(migration, options);
  checkRegions(migration, { approval, notifications, logEncryptionKey, 'host.assetsKey': options.host?.assetsKey });
  checkLeftBehind(clientsLeftBehind);
  if (alarms.length > 0) return;
  warn(
    migration,
    'cdk-cutover:NoAlarms',
    'There are no alarms to watch after the switch: nothing will send clients back by itself. List the alarms that tell that clients are well.',
  );
}
