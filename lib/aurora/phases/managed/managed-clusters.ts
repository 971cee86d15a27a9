import { Duration } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { order, REFUSED } from '../../../cutover/states/order';
import { EAGERLY, poll } from '../../../cutover/states/poll';
import { LISTED } from '../rds-arns';
import { type BlueGreenDeployment, NAMED_BY_RDS } from './blue-green-deployment';

type Side = 'blue' | 'green';

/** Rounds for which RDS may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 15;

/** RDS states up to ten minutes for a name to work. */
const MAX_CHANGE = Duration.minutes(30);
/** Until a list has all that there is. */
const MAX_ANSWER = Duration.minutes(5);

/**
 * Both clusters of a managed migration, by the ids that the journal noted: names go from one to the other. Whatever is
 * changed is looked at first and waited for, so that every step can be begun again.
 */
export class ManagedClusters {
  constructor(
    private readonly scope: Construct,
    private readonly deployment: BlueGreenDeployment,
  ) {}

  /** Assigns `$clusters`: by side `id`, `host`, `members`, `writer`, `groups`, and `busy` while RDS changes something. */
  public look(name: string): TaskStateBase {
    const of = (side: Side) =>
      jsonata`
        $states.result.DbClusters[DbClusterResourceId = $journal.clusters.${side}.id].{'id': DbClusterIdentifier,
        'host': Endpoint, 'members': [DbClusterMembers.DbInstanceIdentifier],
        'writer': DbClusterMembers[IsClusterWriter].DbInstanceIdentifier,
        'groups': [VpcSecurityGroups[Status = 'active'].VpcSecurityGroupId], 'busy': Status != 'available'
        or $exists(PendingModifiedValues.DbClusterIdentifier) or $count(VpcSecurityGroups[Status != 'active']) > 0}
      `;
    return awsCall(this.scope, name, {
      call: 'rds:describeDBClusters',
      parameters: {
        Filters: [
          {
            Name: 'db-cluster-resource-id',
            Values: expression('[$journal.clusters.blue.id, $journal.clusters.green.id]'),
          },
        ],
      },
      iamAction: 'rds:DescribeDBClusters',
      resources: [this.deployment.anyArns.cluster],
      wildcard: LISTED,
      assign: { clusters: expression(`{'blue': ${of('blue')}, 'green': ${of('green')}}`) },
      outputs: {},
    });
  }

  /** Waits until RDS has done what it was told to do with either cluster. Assigns `$clusters`. */
  public settle(prefix: string): IChainable {
    return poll(this.scope, `${prefix}: RDS`, {
      ask: this.look(`${prefix}: describe the clusters`),
      // A cluster that is not told of is not settled. @see docs/aws-facts.md#rds-filters-leave-out
      done: jsonata`
        $exists($clusters.blue) and $exists($clusters.green)
        and $not($clusters.blue.busy or $clusters.green.busy)
      `,
      within: MAX_CHANGE,
      everySeconds: EAGERLY,
    });
  }

  /** Puts a cluster into the groups that the JSONata `groups` gives: clients that they let in may connect, and nobody else. */
  public give(prefix: string, side: Side, groups: string): IChainable {
    const now = `$clusters.${side}`;
    const inForce = jsonata`
      ($wanted := ${groups}; $not(${now}.busy) and $count(${now}.groups) = $count($wanted)
      and $count($filter(${now}.groups, function($group) { $group in $wanted })) = $count($wanted))
    `;
    const change = this.modify(`${prefix}: change the security groups of ${side}`, side, {
      comment: 'A cluster’s groups are its instances’ too. What is connected stays connected.',
      change: {
        VpcSecurityGroupIds: expression(
          jsonata`
            ($wanted := ${groups}; $count($wanted) > 0 ? $wanted
            : $error('The journal does not say which security groups ${side} had. Give it those that its clients need:
            aws rds modify-db-cluster --vpc-security-group-ids'))
          `,
        ),
      },
    });
    return this.unless(
      inForce,
      `${prefix}: does ${side} have its security groups?`,
      this.ordered(`${prefix}: security groups of ${side}`, side, change, inForce, 'is not given its security groups'),
    );
  }

  /** Gives a cluster the name that the JSONata `name` gives, and waits until it works. */
  public rename(prefix: string, side: Side, name: string): IChainable {
    const now = `$clusters.${side}`;
    const done = `$not(${now}.busy) and ${now}.id = ${name}`;
    const change = this.modify(`${prefix}: rename the cluster of ${side}`, side, {
      comment: 'Endpoints are made of the name.',
      change: { NewDBClusterIdentifier: expression(name) },
    });
    return this.unless(
      done,
      `${prefix}: does the ${side} cluster have its name?`,
      this.ordered(`${prefix}: cluster of ${side}`, side, change, done, 'is not renamed'),
    );
  }

  /**
   * Gives the instances of a cluster the names that the JSONata `wanted` makes of `DbInstanceIdentifier` and
   * `DbiResourceId`. Each is restarted by it.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
   */
  public renameInstances(prefix: string, side: Side, wanted: string): IChainable {
    const { scope, deployment } = this;
    const title = `${prefix}: instances of ${side}`;
    const change = awsCall(scope, `${title}: rename`, {
      call: 'rds:modifyDBInstance',
      parameters: {
        DbInstanceIdentifier: expression('$states.input.id'),
        NewDBInstanceIdentifier: expression('$states.input.wanted'),
        ApplyImmediately: true,
      },
      iamAction: 'rds:ModifyDBInstance',
      resources: deployment.instanceArns,
      wildcard: NAMED_BY_RDS,
      outputs: { said: 'taken' },
    });
    const refused = Pass.jsonata(scope, `${title}: save the answer of RDS`, {
      outputs: { said: expression(`$states.input.Error & ': ' & $states.input.Cause & ' '`) },
    });
    change.addCatch(refused, { errors: ['States.ALL'] });
    const each = MapState.jsonata(scope, `${title}: rename each`, {
      items: ProvideItems.jsonata(expression('[$instances[id != wanted]]')),
      assign: { refusal: expression(`$join([$states.result[said != 'taken'].said], '')`) },
      outputs: {},
    }).itemProcessor(Chain.custom(change, [change, refused], change));
    // One that is left out of the answer would be taken for renamed. @see docs/aws-facts.md#rds-filters-leave-out
    const members = `$clusters.${side}.members`;
    const complete = `$count($instances) >= $count(${members})`;
    const named = `${complete} and $count($instances[id != wanted or busy]) = 0`;
    const all = poll(scope, `${title}: all`, {
      ask: this.instances(`${title}: describe the instances`, side, wanted),
      done: complete,
      within: MAX_ANSWER,
      late: this.late(
        `${title}: all`,
        `'RDS tells of ' & $count($instances) & ' instances of ${side}, which has ' & $join(${members}, ', ') & '.'`,
      ),
      everySeconds: EAGERLY,
    });
    const done = poll(scope, title, {
      ask: this.instances(`${title}: describe the renamed instances`, side, wanted),
      done: named,
      failed: [
        [
          `$refusal != '' and $round >= ${SLOW_TO_SAY} and $count($instances[busy]) = 0`,
          this.notDone(title, `'Instances of ${side} are not renamed: ' & $join($instances[id != wanted].id, ', ')`),
        ],
      ],
      within: MAX_CHANGE,
      late: this.late(title, `'Instances of ${side} take too long to be renamed.'`),
      everySeconds: EAGERLY,
    });
    return inOrder(all, each, done);
  }

  /** Assigns `$instances`. */
  private instances(name: string, side: Side, wanted: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'rds:describeDBInstances',
      parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression(`$clusters.${side}.id`)] }] },
      iamAction: 'rds:DescribeDBInstances',
      resources: [this.deployment.anyArns.instance],
      wildcard: LISTED,
      assign: {
        instances: expression(
          jsonata`
            [$states.result.DbInstances.{'id': DbInstanceIdentifier, 'wanted': ${wanted},
            'busy': DbInstanceStatus != 'available' or $exists(PendingModifiedValues.DbInstanceIdentifier)}]
          `,
        ),
      },
      outputs: {},
    });
  }

  private modify(
    name: string,
    side: Side,
    { comment, change }: { readonly comment: string; readonly change: Record<string, unknown> },
  ): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'rds:modifyDBCluster',
      comment,
      parameters: {
        DbClusterIdentifier: expression(`$clusters.${side}.id`),
        ...change,
        ApplyImmediately: true,
      },
      iamAction: 'rds:ModifyDBCluster',
      resources: this.deployment.clusterArns,
      wildcard: NAMED_BY_RDS,
      outputs: {},
    });
  }

  private unless(done: string, question: string, step: IChainable): IChainable {
    const over = Pass.jsonata(this.scope, `${question} Yes`, { outputs: {} });
    const choice = Choice.jsonata(this.scope, question).when(is(done), over).otherwise(step);
    return Chain.custom(choice, [...step.endStates, over], choice);
  }

  /** An order whose answer may be lost: the cluster says whether it was taken. */
  private ordered(title: string, side: Side, change: TaskStateBase, done: string, what: string): IChainable {
    const until = poll(this.scope, title, {
      ask: this.look(`${title}: what is it now?`),
      done,
      failed: [
        [
          `${REFUSED} and $round >= ${SLOW_TO_SAY} and $not($clusters.${side}.busy)`,
          this.notDone(title, `$clusters.${side}.id & ' ${what}.'`),
        ],
      ],
      within: MAX_CHANGE,
      late: this.late(title, `$clusters.${side}.id & ' ${what} in time.'`),
      everySeconds: EAGERLY,
    });
    return order(this.scope, title, change, until);
  }

  private notDone(title: string, what: string): Fail {
    return Fail.jsonata(this.scope, `${title}: RDS refused`, {
      error: 'ChangeRefused',
      cause: expression(`${what} & ' ' & $refusal`),
    });
  }

  private late(title: string, what: string): Fail {
    return Fail.jsonata(this.scope, `${title}: timed out`, {
      error: 'ChangeTimedOut',
      cause: expression(`${what} & ' See its events in RDS.'`),
    });
  }
}
