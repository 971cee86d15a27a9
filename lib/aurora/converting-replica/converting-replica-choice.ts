import { aws_rds as rds } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import { assertNotSmaller, assertOffered } from '../instance-class/instance-class-check';
import { DatabaseProcessor } from '../instance-class/instance-class-families';
import type { ConvertingReplicaProps } from './converting-replica-props';

/** @see docs/aws-facts.md#rds-gp3-striped */
export const STRIPED_FROM_GIB = 400;
const DEFAULT_IOPS = 24_000;
const DEFAULT_THROUGHPUT = 1_000;

/** The stated class, checked; or else the successor of the class that clients are on. */
export function chooseClass({ replaces, source = replaces, instanceClass, processor }: ConvertingReplicaProps) {
  const { engine } = source;
  if (instanceClass !== undefined) return stated(instanceClass, processor, replaces, engine);
  if (replaces.instanceClass !== undefined) {
    return replaces.instanceClass.successor({ engine, processor: processor ?? offered(engine) });
  }
  throw new ValidationError(
    `The class of ${replaces.node.path} is not known, so its converting replica cannot be sized by it. State ` +
      'instanceClass in Database.fromAttributes, or here.',
  );
}

/** MySQL before 8.0 runs on no Graviton. */
function offered(engine: DatabaseEngine): DatabaseProcessor {
  return engine.isDowngradeFrom(DatabaseEngine.mysql('8.0')) ? DatabaseProcessor.INTEL : DatabaseProcessor.GRAVITON;
}

function stated(
  instanceClass: DatabaseInstanceClass,
  processor: ConvertingReplicaProps['processor'],
  { node, instanceClass: replaced }: ConvertingReplicaProps['replaces'],
  engine: DatabaseEngine,
): DatabaseInstanceClass {
  if (processor !== undefined) {
    throw new ValidationError(
      `Got processor ${processor} beside instanceClass ${instanceClass}, which has its own. Leave one of them out.`,
    );
  }
  assertOffered(instanceClass, engine);
  assertNotSmaller(instanceClass, { name: node.path, ...(replaced !== undefined && { instanceClass: replaced }) });
  return instanceClass;
}

/** More operations a second than what it replicates has, where RDS provisions them. */
export function chooseStorage({
  allocatedStorage,
  storageType = rds.StorageType.GP3,
  iops,
  storageThroughput,
}: ConvertingReplicaProps): Pick<
  rds.CfnDBInstanceProps,
  'allocatedStorage' | 'storageType' | 'iops' | 'storageThroughput'
> {
  const gib = allocatedStorage.toGibibytes();
  const common = { allocatedStorage: String(gib), storageType };
  if (storageType !== rds.StorageType.GP3) return { ...common, iops };
  if (gib < STRIPED_FROM_GIB) return common;
  const provisioned = iops ?? DEFAULT_IOPS;
  return {
    ...common,
    iops: provisioned,
    storageThroughput: storageThroughput ?? Math.min(DEFAULT_THROUGHPUT, Math.floor(provisioned / 4)),
  };
}
