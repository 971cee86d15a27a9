import { Stack } from 'aws-cdk-lib';
import {
  Fail,
  type IChainable,
  Map as MapState,
  ProvideItems,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from './aws-call';
import { expression, literal } from './expression';
import type { Objection } from './preflight';

export interface DoorProps {
  /** Rules from here stay: the migration host must reach both sides all the time. */
  readonly hostSecurityGroupId: string;
  /**
   * Rules from here stay too, but for one within a group: the sides replicate from each other through a closed door.
   *
   * @default - none: the host carries all data
   */
  readonly replicationSecurityGroupIds?: readonly string[];
  /** Every group whose rules may be taken away and put back. */
  readonly securityGroupIds: readonly string[];
}

/** Of a parameter's 8192 characters; the rest is for what else is found meanwhile, as coordinates of a log. */
const JOURNAL_HOLDS = 7_900;

/** What tells two rules of a group apart: all but their id and description. */
const KEY = `function($rule) { $string($sift($rule, function($value, $name) { $not($name in ['id', 'description']) })) }`;

/**
 * Who may connect to a side: the ingress rules of its security groups. Closing takes the users' rules away; opening puts
 * back what the journal recorded. A closed door keeps new connections out and cuts none that stand.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export class Door {
  constructor(private readonly props: DoorProps) {}

  /**
   * Records the users' rules of `side` in the journal, with those recorded before and not put back yet. `closed` says
   * whether the door is to be closed now, or stays as it is.
   */
  public survey(scope: Construct, name: string, side: string, closed: boolean): TaskStateBase {
    const known = `$lookup($journal.doors, ${side}.side)`;
    return this.describe(scope, name, side, {
      outputs: expression(`(
        $key := ${KEY};
        $known := ${known};
        $kept := [$known.rules];
        $keys := $kept.$key($);
        $found := ${this.rulesFor(side)};
        {'doors': $merge([$journal.doors, {${side}.side: {
          'closed': ${closed} or $boolean($known.closed),
          'rules': $append($kept, $found[$not($key($) in $keys)])
        }}])}
      )`),
    });
  }

  /**
   * Assigns `$doors`: how many `rules` of users `side` has, and the `length` of the journal with them in it. Goes before
   * {@link tooManyRules}.
   */
  public measure(scope: Construct, name: string, side: string): TaskStateBase {
    const record = `$sift($journal, function($value, $key) { $key != 'workloads' })`;
    return this.describe(scope, name, side, {
      assign: {
        doors: expression(
          `($found := ${this.rulesFor(side)}; {'rules': $count($found), 'length': $length($string($found)) + $length($string(${record}))})`,
        ),
      },
      outputs: {},
    });
  }

  /** With more rules than the journal can keep, the cutover would stop in the middle of the night. */
  public tooManyRules(scope: Construct): Objection {
    return [
      `$doors.length > ${JOURNAL_HOLDS}`,
      Fail.jsonata(scope, 'There are more rules than can be remembered', {
        error: 'TooManyRules',
        cause: expression(
          `'The door that is to be shut has ' & $doors.rules & ' rules through which users come, and the journal can keep 8 KB: with them it would have ' & $doors.length & ' characters. Merge rules into one of a prefix list, or of a security group: aws ec2 describe-security-group-rules --filters Name=group-id,Values=' & $join($from.securityGroupIds, ',')`,
        ),
      }),
    ];
  }

  /** Takes away the recorded rules of `side` that are there. */
  public close(scope: Construct, prefix: string, side: string): IChainable {
    const find = this.describe(scope, `${prefix}: find the open doors`, side, {
      outputs: expression(`(
        $key := ${KEY};
        $keys := [$lookup($journal.doors, ${side}.side).rules.$key($)];
        $open := ${this.rulesFor(side)}[$key($) in $keys];
        {'groups': [$distinct($open.groupId).($group := $; {'groupId': $group, 'ruleIds': [$open[groupId = $group].id]})]}
      )`),
    });
    const revoke = awsCall(scope, `${prefix}: revoke the users' rules`, {
      call: 'ec2:revokeSecurityGroupIngress',
      parameters: {
        GroupId: expression('$states.input.groupId'),
        SecurityGroupRuleIds: expression('$states.input.ruleIds'),
      },
      iamAction: 'ec2:RevokeSecurityGroupIngress',
      resources: this.groupArns(scope),
      outputs: {},
    });
    return find.next(this.each(scope, `${prefix}: close each door`, '$states.input.groups', revoke));
  }

  /** Outputs the JSONata object `outputs`, which may speak of `$missing`: the recorded rules of `side` that are taken away. */
  public findMissing(scope: Construct, name: string, side: string, outputs: string): TaskStateBase {
    return this.describe(scope, name, side, {
      outputs: expression(`(
        $key := ${KEY};
        $there := [${this.rulesFor(side)}.$key($)];
        $missing := [$lookup($journal.doors, ${side}.side).rules[$not($key($) in $there)]];
        ${outputs}
      )`),
    });
  }

  /** Puts back the recorded rules of `side` that are missing. */
  public open(scope: Construct, prefix: string, side: string): IChainable {
    const find = this.describe(scope, `${prefix}: find the closed doors`, side, {
      outputs: expression(`(
        $key := ${KEY};
        $there := [${this.rulesFor(side)}.$key($)];
        $groups := ${side}.securityGroupIds;
        {'rules': [$lookup($journal.doors, ${side}.side).rules[groupId in $groups and $not($key($) in $there)]]}
      )`),
    });
    const described = `$merge([{}, $exists($rule.description) ? {'Description': $rule.description} : {}])`;
    const permit = (field: string, list: string, member: string) => ({
      [list]: expression(
        `($rule := $states.input; $exists($rule.${field}) ? [$merge([{'${member}': $rule.${field}}, ${described}])] : [])`,
      ),
    });
    const authorize = awsCall(scope, `${prefix}: put back a rule`, {
      call: 'ec2:authorizeSecurityGroupIngress',
      parameters: {
        GroupId: expression('$states.input.groupId'),
        IpPermissions: [
          {
            IpProtocol: expression('$states.input.protocol'),
            FromPort: expression('$states.input.fromPort'),
            ToPort: expression('$states.input.toPort'),
            ...permit('cidr', 'IpRanges', 'CidrIp'),
            ...permit('cidr6', 'Ipv6Ranges', 'CidrIpv6'),
            ...permit('prefixList', 'PrefixListIds', 'PrefixListId'),
            UserIdGroupPairs: expression(
              `($rule := $states.input; $exists($rule.source) ? [$merge([{'GroupId': $rule.source}, $exists($rule.sourceOwner) ? {'UserId': $rule.sourceOwner} : {}, ${described}])] : [])`,
            ),
          },
        ],
      },
      iamAction: 'ec2:AuthorizeSecurityGroupIngress',
      resources: this.groupArns(scope),
      outputs: {},
    });
    return find.next(this.each(scope, `${prefix}: open each door`, '$states.input.rules', authorize));
  }

  private describe(
    scope: Construct,
    name: string,
    side: string,
    result: { readonly outputs: unknown; readonly assign?: Record<string, unknown> },
  ): TaskStateBase {
    return awsCall(scope, name, {
      call: 'ec2:describeSecurityGroupRules',
      parameters: {
        // A filter needs a value, also for a side whose groups are not known: no group is called so.
        Filters: [{ Name: 'group-id', Values: expression(`$append(${side}.securityGroupIds, ['none'])`) }],
        MaxResults: 1000,
      },
      iamAction: 'ec2:DescribeSecurityGroupRules',
      resources: ['*'],
      wildcard: 'DescribeSecurityGroupRules knows no resources.',
      ...result,
    });
  }

  private each(scope: Construct, name: string, items: string, step: IChainable): MapState {
    return MapState.jsonata(scope, name, {
      items: ProvideItems.jsonata(expression(items)),
      outputs: {},
    }).itemProcessor(step);
  }

  /** Of a description's answer: the ingress rules through which users reach the side's port. */
  private rulesFor(side: string): string {
    const replicas = this.props.replicationSecurityGroupIds ?? [];
    const replicates =
      replicas.length === 0
        ? ''
        : `and $not($exists(ReferencedGroupInfo) and ReferencedGroupInfo.GroupId in [${replicas.map(literal).join(', ')}] and ReferencedGroupInfo.GroupId != GroupId)`;
    return `[$states.result.SecurityGroupRules[
      $not(IsEgress)
      and (IpProtocol = '-1' or (IpProtocol = 'tcp' and FromPort <= ${side}.port and ToPort >= ${side}.port))
      and $not($exists(ReferencedGroupInfo) and ReferencedGroupInfo.GroupId = ${literal(this.props.hostSecurityGroupId)})
      ${replicates}
    ].{
      'id': SecurityGroupRuleId, 'groupId': GroupId, 'protocol': IpProtocol, 'fromPort': FromPort, 'toPort': ToPort,
      'cidr': CidrIpv4, 'cidr6': CidrIpv6, 'prefixList': PrefixListId,
      'source': ReferencedGroupInfo.GroupId, 'sourceOwner': ReferencedGroupInfo.UserId, 'description': Description
    }]`;
  }

  private groupArns(scope: Construct): string[] {
    return this.props.securityGroupIds.map((id) =>
      Stack.of(scope).formatArn({ service: 'ec2', resource: 'security-group', resourceName: id }),
    );
  }
}
