import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import { assertNotSmaller, assertOffered } from '../instance-class/instance-class-check';
import type { AuroraReplicaClusterProps } from './cluster-props';

/** The stated class, checked; or else the successor of the replaced instance's. */
export function chooseInstanceClass(props: AuroraReplicaClusterProps): DatabaseInstanceClass {
  const { replaces, engine, processor, instanceClass } = props;
  if (instanceClass === undefined) return successor(props);
  if (processor !== undefined) {
    throw new ValidationError(
      `Got processor ${processor} beside instanceClass ${instanceClass}, which has its own. Leave one of them out.`,
    );
  }
  if (instanceClass.name === 'db.serverless') {
    throw new ValidationError(
      'Got instanceClass db.serverless. Accepted are provisioned classes: a replica that scales down falls behind. ' +
        'Change the class after the migration.',
    );
  }
  assertOffered(instanceClass, engine);
  if (replaces !== undefined) {
    assertNotSmaller(instanceClass, { name: replaces.node.path, instanceClass: replaces.instanceClass });
  }
  return instanceClass;
}

function successor({ replaces, engine, processor }: AuroraReplicaClusterProps): DatabaseInstanceClass {
  if (replaces === undefined) {
    throw new ValidationError(
      'Got neither instanceClass nor replaces. Accepted is either: the instance that it follows; or, once it has been ' +
        'promoted, the class that it has now (DBInstanceClass in the deployed template): it stays the same.',
    );
  }
  if (replaces.instanceClass === undefined) {
    throw new ValidationError(
      `The class of ${replaces.node.path} is not known, so this cluster cannot be sized by it. State instanceClass in ` +
        'Database.fromAttributes, or here.',
    );
  }
  return replaces.instanceClass.successor({ engine, processor });
}

/** Users and their passwords are the source's. */
export function chooseSecret({ secret, replaces }: AuroraReplicaClusterProps): secretsmanager.ISecret {
  const chosen = secret ?? replaces?.secret;
  if (chosen !== undefined) return chosen;
  throw new ValidationError(
    'Got neither secret nor replaces. State the secret whose user may do what a migration does, which is that of the ' +
      'instance that this cluster replaced.',
  );
}
