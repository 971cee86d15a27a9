import type { Construct } from 'constructs';
import type { ActiveSide } from '../../cutover/machine/active-side';
import type { Runbook } from '../../cutover/migration/runbook';
import type { IDatabase } from '../database/database';
import { type ConvertingSteps, prepare } from '../phases/prepare';
import { describeDatabase } from '../phases/rds-facts';

const NO_GREEN = 'There is no green yet. Make it of the converting replica, state it, and deploy.';

/** Before green is made of it, a converting replica can be converted, and nothing else be done. */
export function preparation(steps: ConvertingSteps): Runbook {
  return {
    phases: [],
    errands: [prepare(steps)],
    lost: { rollbackUnsupported: NO_GREEN },
    rollback: 'Nobody is moved yet: green is still to be made of the converting replica.',
    record: new BlueServes(steps.converting.replaces),
  };
}

/** No record was adopted, and there is nobody else. */
class BlueServes implements ActiveSide {
  constructor(private readonly blue: IDatabase) {}

  public readActiveSide(scope: Construct, name: string) {
    return describeDatabase(scope, name, this.blue, 'blueNow', { activeSide: 'blue', weights: {} });
  }
}
