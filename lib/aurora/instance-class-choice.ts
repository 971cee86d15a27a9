import type { IDatabase } from './database';
import type { DatabaseEngine } from './engine';
import type { DatabaseInstanceClass } from './instance-class';
import { assertNotSmaller, assertOffered } from './instance-class-check';

/**
 * What the instances of a managed green are to be brought to, once RDS has made them as blue's are. Undefined where they
 * can stay so: blue's class is known to run the engine that green gets, or nothing is known of it.
 *
 * @throws if the stated class is one that the engine does not run on, or is smaller than blue's; or if none is stated and
 * blue's has no successor
 */
export function managedInstanceClass(
  blue: IDatabase,
  engine: DatabaseEngine,
  stated: DatabaseInstanceClass | undefined,
): DatabaseInstanceClass | undefined {
  const { instanceClass } = blue;
  if (stated !== undefined) {
    assertOffered(stated, engine);
    assertNotSmaller(stated, { name: blue.node.path, instanceClass });
    return stated;
  }
  return instanceClass === undefined || instanceClass.supports(engine)
    ? undefined
    : instanceClass.successor({ engine });
}
