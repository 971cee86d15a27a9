import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { ValidationError } from '../../validation-error';
import type { IDatabase } from '../database/database';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from './instance-class';
import { familiesOffered } from './instance-class-offers';
import { INSTANCE_CLASS_SIZES } from './instance-class-sizes';

/** The replaced database's class, and what it is called in an error. */
export interface ReplacedInstance {
  readonly name: string;
  readonly instanceClass?: DatabaseInstanceClass;
}

/** A class that the engine can be created on. */
export function assertOffered(instanceClass: DatabaseInstanceClass, engine: DatabaseEngine): void {
  if (!instanceClass.creatable) {
    throw new ValidationError(
      `Got instanceClass ${instanceClass}, which RDS no longer creates. Accepted for ${engine} are ` +
        `${acceptedFamilies(engine)}. Take DatabaseInstanceClass.of('${instanceClass}').successor({ engine }).`,
    );
  }
  if (instanceClass.supports(engine)) return;
  throw new ValidationError(
    `Got instanceClass ${instanceClass}, on which ${engine} does not run. Accepted are ${acceptedFamilies(engine)}` +
      `${engine.isAurora ? ', of the burstable ones medium and large' : ''}.`,
  );
}

/** A stated class must hold what the replaced one holds: clients come over at once, with all their load. */
export function assertNotSmaller(instanceClass: DatabaseInstanceClass, replaced: ReplacedInstance): void {
  const [memory, needed] = [instanceClass.memory, replaced.instanceClass?.memory];
  if (memory === undefined || needed === undefined || memory.toMebibytes() >= needed.toMebibytes()) return;
  throw new ValidationError(
    `Got instanceClass ${instanceClass} with ${inGib(memory.toMebibytes())}, but ${replaced.name} has ` +
      `${inGib(needed.toMebibytes())} (${replaced.instanceClass}): clients come over with all their load. Leave ` +
      'instanceClass out, or take a larger one.',
  );
}

/**
 * RDS makes the instances of a managed green as blue's are, takes no class for them (`TargetDBInstanceClass` is refused
 * for Aurora), and upgrades them: so both versions must run on blue's class. What is stated is what they are brought to
 * afterwards.
 */
export function assertManagedClasses(
  blue: IDatabase,
  engine: DatabaseEngine,
  stated: DatabaseInstanceClass | undefined,
): void {
  const { instanceClass } = blue;
  if (instanceClass?.supports(engine) === false) {
    const both = familiesOf(engine).filter((family) => familiesOf(blue.engine).includes(family));
    throw new ValidationError(
      `Got blue on ${instanceClass}, on which ${engine} does not run: RDS makes green's instances as blue's are, and ` +
        `takes no other class for them. Modify blue's instances first. Both versions run on ${both.join(', ')}.`,
    );
  }
  if (stated === undefined) return;
  assertOffered(stated, engine);
  assertNotSmaller(stated, { name: blue.node.path, instanceClass });
}

/** AWS recommends T classes for tests only: credits run out under load, and replication falls behind. */
export function warnIfBurstable(database: IConstruct, instanceClass: DatabaseInstanceClass): void {
  if (!instanceClass.burstable) return;
  warn(
    database,
    'cdk-cutover:BurstableDatabase',
    `${instanceClass} runs on CPU credits. Once they are used up, it falls behind in replication, and in serving. AWS ` +
      'recommends it for tests only: state instanceClass, such as db.r7g.large.',
  );
}

function inGib(mebibytes: number): string {
  return `${mebibytes / 1024} GiB`;
}

function acceptedFamilies(engine: DatabaseEngine): string {
  return familiesOf(engine).join(', ');
}

/** `db.r5`, `db.r6g`, …: the families that the engine runs on. */
function familiesOf(engine: DatabaseEngine): string[] {
  return familiesOffered(INSTANCE_CLASS_SIZES, engine._release).map((family) => `db.${family}`);
}
