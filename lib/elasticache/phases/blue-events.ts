import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Chain, Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { KEYSPACE_EVENTS } from '../engine/keyspace-events';

const PARAMETER = 'notify-keyspace-events';
const RECORDED = '$journal.events.value';

/**
 * Keyspace events on blue, by which the agent follows its changes: turned on in blue's own parameter group, and put back
 * as they were. ElastiCache forbids CONFIG, so the parameter group is the one way.
 */
// @see docs/aws-facts.md#elasticache-default-parameter-group
export class BlueEvents {
  private readonly arn: string;

  constructor(
    private readonly scope: Construct,
    private readonly parameterGroupName: string,
  ) {
    this.arn = Stack.of(scope).formatArn({
      service: 'elasticache',
      resource: 'parametergroup',
      resourceName: parameterGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Records what the parameter is. Outputs `{"events": {"value": …}}`; an empty text where nobody has set it. */
  public survey(name: string): IChainable {
    return awsCall(this.scope, name, {
      call: 'elasticache:describeCacheParameters',
      parameters: { CacheParameterGroupName: this.parameterGroupName, Source: 'user', MaxRecords: 100 },
      iamAction: 'elasticache:DescribeCacheParameters',
      resources: [this.arn],
      outputs: expression(
        jsonata`
          {'events': $exists(${RECORDED}) ? $journal.events
          : {'value': [$states.result.Parameters[ParameterName = '${PARAMETER}'].ParameterValue, ''][0]}}
        `,
      ),
    });
  }

  /** Before either direction: going back, it is blue that is followed from the switch on. */
  public turnOn(prefix: string): Chain {
    const settle = Wait.jsonata(this.scope, `${prefix}: let the parameter reach the nodes`, {
      time: WaitTime.duration(Duration.seconds(5)),
    });
    return this.modify(`${prefix}: turn on blue's keyspace events`, KEYSPACE_EVENTS).next(settle);
  }

  public putBack(prefix: string): Chain {
    const set = this.modify(`${prefix}: put back blue's keyspace events`, expression(RECORDED));
    const reset = awsCall(this.scope, `${prefix}: turn off blue's keyspace events`, {
      call: 'elasticache:resetCacheParameterGroup',
      parameters: {
        CacheParameterGroupName: this.parameterGroupName,
        ParameterNameValues: [{ ParameterName: PARAMETER }],
      },
      iamAction: 'elasticache:ResetCacheParameterGroup',
      resources: [this.arn],
      outputs: {},
    });
    const done = Pass.jsonata(this.scope, `${prefix}: keyspace events are restored`);
    set.next(done);
    reset.next(done);
    const was = Choice.jsonata(this.scope, `${prefix}: what were blue's keyspace events?`)
      .when(is(`$not($exists(${RECORDED}))`), done)
      .when(is(`${RECORDED} = ''`), reset)
      .otherwise(set);
    return Chain.custom(was, [done], done);
  }

  private modify(name: string, value: string) {
    return awsCall(this.scope, name, {
      call: 'elasticache:modifyCacheParameterGroup',
      parameters: {
        CacheParameterGroupName: this.parameterGroupName,
        ParameterNameValues: [{ ParameterName: PARAMETER, ParameterValue: value }],
      },
      iamAction: 'elasticache:ModifyCacheParameterGroup',
      resources: [this.arn],
      outputs: {},
    });
  }
}
