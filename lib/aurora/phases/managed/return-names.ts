import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import type { ManagedSteps } from './managed-steps';
import { onlyInDirection } from './one-way';
import { groupsOf, NAMES_BEFORE } from './rollback-facts';

/** JSONata: what is put behind the names of a green that clients have left: each has its own, which RDS's prefix begins. */
const LEFT = `'-green-' & $lowercase($substring($journal.clusters.green.id, -6))`;

/** JSONata, of an instance of blue: its name before the switchover. One that is newer keeps its own. */
const NAME_BEFORE = '[$lookup($journal.clusters.blue.names, DbiResourceId), DbInstanceIdentifier][0]';

const NAMES = {
  /** Of green's instances, those whose names blue needs give them up. */
  left: `DbInstanceIdentifier in ${NAMES_BEFORE} ? DbInstanceIdentifier & ${LEFT} : DbInstanceIdentifier`,
  production: `$substringBefore(DbInstanceIdentifier, ${LEFT})`,
  before: NAME_BEFORE,
  /** As RDS had called them, by what it calls their cluster. */
  old: jsonata`
    DbiResourceId in $keys($journal.clusters.blue.names) ? ${NAME_BEFORE} & $match($clusters.blue.id,
    /-old[0-9]+$/).match : DbInstanceIdentifier
  `,
};

/**
 * Gives blue the names that clients know, and lets them in. Until blue has the cluster's name, all can be put back: clients
 * are kept out of both. From then on there is one way, and it is forward.
 *
 * Meanwhile the names lead nowhere, and who asks for one keeps that for a while: docs/aws-facts.md#rds-no-such-name
 */
export function returnNames(steps: ManagedSteps): Phase {
  const { scope, agent, blue, clusters, scaling } = steps;
  const production = literal(String(blue.clusterIdentifier));
  return {
    name: 'Return',
    role: 'return',
    purpose: 'Gives blue the names that clients know, and lets clients in there again; green stays closed.',
    direction: 'rollback',
    forward: inOrder(
      clusters.settle('Return'),
      clusters.renameInstances('Return', 'green', NAMES.left),
      clusters.renameInstances('Return', 'blue', NAMES.before),
      clusters.rename('Return', 'green', `(${production} & ${LEFT})`),
      clusters.rename('Return', 'blue', production),
      agent.task(scope, 'Return: does blue answer by its name?', {
        verb: 'mysql.alive',
        args: { side: 'blue', writableWithinSeconds: 600 },
        timeout: Duration.minutes(11),
        outputs: {},
      }),
      clusters.give('Return', 'blue', groupsOf('blue')),
      scaling.putBack('Return'),
      sayWhatIsLeft(steps, 'Return'),
    ),
    done: `{'moved': 'blue', 'remains': $states.result[0].remains, 'scaling': {}}`,
    undo: onlyInDirection(scope, 'rollback', 'Undo Return', wholly(steps, production), { moved: false }),
    undoing: 'returns',
    undone: `$states.input.moved ? {'moved': 'blue', 'remains': $states.input.remains} : {}`,
  };
}

/** Clients end on the side that has the cluster's name, or can have it. */
function wholly(steps: ManagedSteps, production: string): IChainable {
  const { scope, clusters } = steps;
  const prefix = 'Undo Return';
  const settled = clusters.settle(prefix);
  const forward = inOrder(clusters.give(`${prefix}: go on`, 'blue', groupsOf('blue')), sayWhatIsLeft(steps, prefix));
  const stay = Pass.jsonata(scope, `${prefix}: green has its names`, { outputs: { moved: false } });
  const back = inOrder(
    clusters.rename(`${prefix}: restore names`, 'green', production),
    clusters.renameInstances(`${prefix}: restore names`, 'blue', NAMES.old),
    clusters.renameInstances(`${prefix}: restore names`, 'green', NAMES.production),
    stay,
  );
  const whose = Choice.jsonata(scope, `${prefix}: does blue have the production name?`)
    .when(is(`$clusters.blue.id = ${production}`), forward)
    .otherwise(back);
  for (const end of settled.endStates) end.next(whose);
  return Chain.custom(settled.startState, [...forward.endStates, stay], whose);
}

/** Green holds what clients wrote until they left it, and costs money. */
function sayWhatIsLeft({ scope }: ManagedSteps, prefix: string): IChainable {
  const commands = jsonata`
    $join($append($clusters.green.members.('aws rds delete-db-instance --db-instance-identifier ' & $),
    ['aws rds delete-db-cluster --skip-final-snapshot --db-cluster-identifier ' & $clusters.green.id]), '; ')
  `;
  return Pass.jsonata(scope, `${prefix}: list what is left`, {
    outputs: {
      moved: true,
      left: expression('$clusters.green.id'),
      remains: expression(
        jsonata`
          'Green stays as ' & $clusters.green.id
          & ', with its client ingress revoked, and costs money. Once nothing of it is needed: ' & ${commands}
        `,
      ),
    },
  });
}
