import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need, Operation } from '../service';
import { checkFilters, meets } from './filters';
import { checkIds, GROUP, GROUP_RULE, GROUP_TO_CHANGE } from './ids';
import { describeRevokedRule, describeRule } from './rule-descriptions';
import { sourceText } from './rule-source';
import { isSameRule, type NewRule, type Rule, rulesOf } from './security-group';
import { groupNotFound, type SecurityGroup, type SecurityGroups } from './security-groups';

/** The default quota of inbound rules. @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const MAX_RULES = 60;

/** EC2's actions on security groups and their rules. */
export class SecurityGroupApi {
  constructor(
    private readonly environment: AwsEnvironment,
    private readonly groups: SecurityGroups,
  ) {}

  readonly operations = {
    describeSecurityGroups: {
      needs: () => [{ action: 'ec2:DescribeSecurityGroups', resources: ['*'] }],
      run: (request) => this.describeGroups(request),
    } satisfies Operation<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>,
    describeSecurityGroupRules: {
      needs: () => [{ action: 'ec2:DescribeSecurityGroupRules', resources: ['*'] }],
      run: (request) => this.describeRules(request),
    } satisfies Operation<DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult>,
    authorizeSecurityGroupIngress: {
      needs: ({ GroupId }) => [this.need('AuthorizeSecurityGroupIngress', GroupId)],
      run: (request) => this.authorize(request),
    } satisfies Operation<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult>,
    revokeSecurityGroupIngress: {
      needs: ({ GroupId }) => [this.need('RevokeSecurityGroupIngress', GroupId)],
      run: (request) => this.revoke(request),
    } satisfies Operation<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult>,
  };

  private authorize(request: AuthorizeSecurityGroupIngressRequest): AuthorizeSecurityGroupIngressResult {
    const group = this.named(request.GroupId);
    const wanted = rulesOf(permissionsOf(request), false);
    const present = this.groups.ingress(group.id);
    const duplicate = wanted.find(
      (rule, index) =>
        present.some((other) => isSameRule(rule, other)) ||
        wanted.slice(0, index).some((other) => isSameRule(rule, other)),
    );
    // @see docs/aws-facts.md#ec2-duplicate-rule
    if (duplicate !== undefined) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "peer: ${sourceText(duplicate.source)}, ${duplicate.protocol === '-1' ? 'ALL' : `${duplicate.protocol.toUpperCase()}, from port: ${duplicate.fromPort}, to port: ${duplicate.toPort}`}, ALLOW" already exists`,
      );
    }
    for (const { source } of wanted) {
      if (source.kind === 'group' && source.userId === undefined && !this.groups.has(source.groupId)) {
        throw groupNotFound(source.groupId);
      }
    }
    if (present.length + wanted.length > MAX_RULES) {
      throw new AwsError(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    }
    const added = this.groups.insert(group.id, wanted);
    return { Return: true, SecurityGroupRules: added.map((rule) => this.describe(rule, group.id)) };
  }

  private revoke(request: RevokeSecurityGroupIngressRequest): RevokeSecurityGroupIngressResult {
    const group = this.named(request.GroupId);
    const ids = request.SecurityGroupRuleIds ?? [];
    checkIds(GROUP_RULE, ids);
    const revoked =
      ids.length > 0 ? this.byIds(group, ids) : this.byPermissions(group, rulesOf(permissionsOf(request), false));
    this.groups.remove(group.id, revoked);
    return {
      Return: true,
      RevokedSecurityGroupRules: revoked.map((rule) => describeRevokedRule(rule, group.id)),
    };
  }

  private byIds(group: SecurityGroup, ids: readonly string[]): readonly Rule[] {
    return ids.map((id) => {
      const rule = this.groups.ingress(group.id).find((candidate) => candidate.id === id);
      if (rule === undefined) {
        throw new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
      }
      return rule;
    });
  }

  /** As in a VPC of one's own. @see docs/aws-facts.md#ec2-revoke-unknown-rule */
  private byPermissions(group: SecurityGroup, wanted: readonly NewRule[]): readonly Rule[] {
    return wanted.map((rule) => {
      const found = this.groups.ingress(group.id).find((candidate) => isSameRule(candidate, rule));
      if (found === undefined) {
        throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
      }
      return found;
    });
  }

  private describeRules(request: DescribeSecurityGroupRulesRequest): DescribeSecurityGroupRulesResult {
    const { SecurityGroupRuleIds: ids = [], MaxResults: size = 1000 } = request;
    if (ids.length > 0 && request.MaxResults !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter SecurityGroupRuleIds cannot be used with the parameter MaxResults',
      );
    }
    checkIds(GROUP_RULE, ids);
    checkFilters(request.Filters, ['group-id', 'security-group-rule-id']);
    const all = this.groups.all.flatMap(({ id }) => this.groups.rulesOf(id).map((rule) => this.describe(rule, id)));
    const missing = ids.find((id) => !all.some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id));
    if (missing !== undefined) {
      throw new AwsError(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID '${missing}' does not exist`,
      );
    }
    const matching = all
      .filter(({ SecurityGroupRuleId: id = '' }) => ids.length === 0 || ids.includes(id))
      .filter((rule) =>
        meets(request.Filters, { 'group-id': rule.GroupId, 'security-group-rule-id': rule.SecurityGroupRuleId }),
      );
    const { items, next } = page(
      matching,
      request.NextToken,
      size,
      () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
    );
    return { SecurityGroupRules: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  private describeGroups(request: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
    if ((request.GroupNames ?? []).length > 0) {
      throw new NotRehearsedError('DescribeSecurityGroups with GroupNames');
    }
    const ids = request.GroupIds ?? [];
    checkIds(GROUP, ids);
    const chosen = ids.length > 0 ? ids.map((id) => this.named(id)) : this.groups.all;
    checkFilters(request.Filters, ['group-id', 'group-name', 'vpc-id']);
    const matching = chosen.filter((group) =>
      meets(request.Filters, { 'group-id': group.id, 'group-name': group.name, 'vpc-id': group.vpcId }),
    );
    const { items, next } = page(
      matching,
      request.NextToken,
      request.MaxResults ?? 1000,
      () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
    );
    return {
      SecurityGroups: items.map(({ id, name, vpcId, description }) => ({
        GroupId: id,
        GroupName: name,
        VpcId: vpcId,
        Description: description ?? name,
        OwnerId: this.environment.account,
        SecurityGroupArn: arnOf(this.environment, 'ec2', `security-group/${id}`),
      })),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private describe(rule: Rule, groupId: string) {
    return describeRule(rule, groupId, this.environment.account);
  }

  private named(id: string | undefined): SecurityGroup {
    if (id === undefined) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter groupName or groupId');
    }
    checkIds(GROUP_TO_CHANGE, [id]);
    return this.groups.get(id);
  }

  private need(action: string, groupId: string | undefined): Need {
    return { action: `ec2:${action}`, resources: [arnOf(this.environment, 'ec2', `security-group/${groupId ?? '*'}`)] };
  }
}

/** A single permission may also be written flat, as the first API had it. */
function permissionsOf(request: AuthorizeSecurityGroupIngressRequest) {
  if (request.IpPermissions !== undefined) {
    return request.IpPermissions;
  }
  if (request.IpProtocol === undefined) {
    return [];
  }
  return [
    {
      IpProtocol: request.IpProtocol,
      FromPort: request.FromPort,
      ToPort: request.ToPort,
      IpRanges: request.CidrIp === undefined ? [] : [{ CidrIp: request.CidrIp }],
    },
  ];
}
