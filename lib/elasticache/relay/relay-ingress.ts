import { Stack } from 'aws-cdk-lib';
import {
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Parallel,
  Pass,
  ProvideItems,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { describeRules, recordedRules } from '../../cutover/client-ingress/ingress-rules';
import type { Place } from '../../cutover/phases/sides';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';

/** How the rules are described that let clients in on the host, and found again. */
const OURS = 'Client of the relay';

/**
 * Who may connect to the relay: everyone who may connect to the side that it stands for, on the side's port and no other. The
 * rules are in the host's own group, and are gone once the relay is.
 */
export class RelayIngress {
  private readonly arn: string;

  constructor(
    private readonly scope: Construct,
    private readonly groupId: string,
  ) {
    this.arn = Stack.of(scope).formatArn({ service: 'ec2', resource: 'security-group', resourceName: groupId });
  }

  /** Lets those in on the host whose rules of `side` the journal has. */
  public admit(prefix: string, side: Place): IChainable {
    const { scope } = this;
    const look = this.describe(`${prefix}: who may connect to the relay?`, this.missing(side));
    const told = Pass.jsonata(scope, `${prefix}: EC2 refused a rule of the relay`);
    const one = awsCall(scope, `${prefix}: let one source of clients in on the host`, {
      call: 'ec2:authorizeSecurityGroupIngress',
      parameters: { GroupId: this.groupId, IpPermissions: expression('[$states.input]') },
      iamAction: 'ec2:AuthorizeSecurityGroupIngress',
      resources: [this.arn],
      outputs: {},
    });
    // What one look has not seen may be there. @see docs/aws-facts.md#ec2-duplicate-rule
    one.addCatch(told, {
      errors: ['States.ALL'],
      outputs: expression(
        `$contains($states.errorOutput.Cause, 'already exists') ? {} : {'why': $states.errorOutput.Cause}`,
      ),
    });
    const each = MapState.jsonata(scope, `${prefix}: let clients in on the host`, {
      items: ProvideItems.jsonata(expression('$states.input.missing')),
      outputs: { refused: expression('[$states.result.why]') },
    }).itemProcessor(one);
    const refused = Fail.jsonata(scope, `${prefix}: clients are not let in on the host`, {
      error: 'RelayClosed',
      cause: expression(`'Clients could not connect to the relay: ' & $join($distinct($states.input.refused), ' -- ')`),
    });
    const done = Pass.jsonata(scope, `${prefix}: clients may connect to the relay`, { outputs: {} });
    each.next(
      Choice.jsonata(scope, `${prefix}: did EC2 refuse a rule of the relay?`)
        .when(is('$count($states.input.refused) > 0'), refused)
        .otherwise(done),
    );
    look.next(each);
    return { id: look.id, startState: look, endStates: [done] };
  }

  /** Lets nobody in any more. What cannot be taken away now lets nobody reach anything: nothing listens there. */
  public shut(prefix: string): IChainable {
    const { scope } = this;
    const look = this.describe(
      `${prefix}: find the rules of the relay`,
      `{'rules': [${this.own()}.SecurityGroupRuleId]}`,
    );
    const revoke = awsCall(scope, `${prefix}: take the rules of the relay away`, {
      call: 'ec2:revokeSecurityGroupIngress',
      parameters: { GroupId: this.groupId, SecurityGroupRuleIds: expression('$states.input.rules') },
      iamAction: 'ec2:RevokeSecurityGroupIngress',
      resources: [this.arn],
      outputs: {},
    });
    const gone = Pass.jsonata(scope, `${prefix}: the relay has no rules`, { outputs: {} });
    look.next(
      Choice.jsonata(scope, `${prefix}: has the relay rules?`)
        .when(is('$count($states.input.rules) > 0'), revoke)
        .otherwise(gone),
    );
    revoke.next(gone);
    const attempt = Parallel.jsonata(scope, `${prefix}: let nobody in on the host`, { outputs: {} }).branch(look);
    const done = Pass.jsonata(scope, `${prefix}: nobody is let in on the host`, { outputs: {} });
    attempt.addCatch(done, { errors: ['States.ALL'], outputs: {} });
    return inOrder(attempt, done);
  }

  private describe(name: string, outputs: string) {
    // As a side of its own, whose only group is the host's.
    const host = `{'securityGroupIds': [${literal(this.groupId)}]}`;
    return describeRules(this.scope, name, host, { outputs: expression(outputs) });
  }

  private own(): string {
    return `$states.result.SecurityGroupRules[$not(IsEgress) and Description = ${literal(OURS)}]`;
  }

  /** JSONata: each source that is not let in yet, as EC2 takes it. */
  private missing(side: Place): string {
    const described = `, 'Description': ${literal(OURS)}}`;
    return jsonata`
      ($port := ${side}.port; $own := ${this.own()}; $there := $append($append($own.CidrIpv4,
      $own.CidrIpv6), $append($own.PrefixListId, $own.ReferencedGroupInfo.GroupId));
      $rules := ${recordedRules(side)}[$not([cidr, cidr6, prefixList, source][0] in $there)];
      {'missing': [$distinct($rules.{'IpProtocol': 'tcp', 'FromPort': $port, 'ToPort': $port,
      'IpRanges': $exists(cidr) ? [{'CidrIp': cidr${described}],
      'Ipv6Ranges': $exists(cidr6) ? [{'CidrIpv6': cidr6${described}],
      'PrefixListIds': $exists(prefixList) ? [{'PrefixListId': prefixList${described}],
      'UserIdGroupPairs': $exists(source) ? [{'GroupId': source, 'UserId': sourceOwner${described}]})]})
    `;
  }
}
