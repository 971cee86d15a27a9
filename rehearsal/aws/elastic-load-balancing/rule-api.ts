import type {
  CreateRuleInput,
  CreateRuleOutput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ModifyRuleInput,
  ModifyRuleOutput,
  SetRulePrioritiesInput,
  SetRulePrioritiesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { page } from '../page';
import type { Need, Operation } from '../service';
import { checkActions } from './check-actions';
import { checkConditions } from './check-conditions';
import { describeRule } from './listener-rule';
import type { Listeners } from './listeners';
import { checkTags, requestedTags, type Tags } from './tags';

const HIGHEST_PRIORITY = 50_000;
/** DescribeRules gives no more a page. */
export const MAX_PER_PAGE = 400;

/** The part of the API that is about rules. */
export class RuleApi {
  constructor(
    private readonly listeners: Listeners,
    private readonly tags: Tags,
  ) {}

  readonly operations = {
    describeRules: {
      needs: () => [{ action: 'elasticloadbalancing:DescribeRules', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeRulesInput, DescribeRulesOutput>,
    createRule: {
      needs: (request) => needsToCreate(request),
      run: (request) => this.create(request),
    } satisfies Operation<CreateRuleInput, CreateRuleOutput>,
    modifyRule: {
      needs: ({ RuleArn: arn }) => [this.need('ModifyRule', arn)],
      run: (request) => this.modify(request),
    } satisfies Operation<ModifyRuleInput, ModifyRuleOutput>,
    deleteRule: {
      needs: ({ RuleArn: arn }) => [this.need('DeleteRule', arn)],
      run: ({ RuleArn: arn = '' }) => {
        this.listeners.remove(this.listeners.requireOwnRule(arn, 'deleted'));
        this.tags.forget(arn);
        return {};
      },
    } satisfies Operation<DeleteRuleInput, object>,
    setRulePriorities: {
      needs: ({ RulePriorities: pairs = [] }) => pairs.map(({ RuleArn }) => this.need('SetRulePriorities', RuleArn)),
      run: (request) => this.setPriorities(request),
    } satisfies Operation<SetRulePrioritiesInput, SetRulePrioritiesOutput>,
  };

  private describe(request: DescribeRulesInput): DescribeRulesOutput {
    const { ListenerArn: listener, RuleArns: arns = [], PageSize: size = MAX_PER_PAGE } = request;
    if ((listener === undefined) === (arns.length === 0)) {
      throw invalid('You must specify either listener rule ARNs or a listener ARN');
    }
    checkRange('pageSize', size, MAX_PER_PAGE);
    const rules =
      listener === undefined ? arns.map((arn) => this.listeners.requireRule(arn)) : this.listeners.rules(listener);
    const { items, next } = page(rules, request.Marker, size, () => invalid('The marker is not valid'));
    return { Rules: items.map(describeRule), ...(next !== undefined && { NextMarker: next }) };
  }

  private create(request: CreateRuleInput): CreateRuleOutput {
    const {
      ListenerArn: listener = '',
      Priority: priority = 0,
      Conditions: conditions = [],
      Tags: tags = [],
    } = request;
    const actions = request.Actions ?? [];
    refuseTransforms(request);
    this.listeners.require(listener);
    checkRange('priority', priority, HIGHEST_PRIORITY);
    checkConditions(conditions);
    checkActions(actions);
    checkTags(tags);
    const rule = this.listeners.addRule(listener, { priority, conditions, actions });
    this.tags.set(rule.arn, tags);
    return { Rules: [describeRule(rule)] };
  }

  /** What the request leaves out stays as it is. */
  private modify(request: ModifyRuleInput): ModifyRuleOutput {
    refuseTransforms(request);
    const rule = this.listeners.requireOwnRule(request.RuleArn ?? '', 'modified');
    if (request.Conditions === undefined && request.Actions === undefined) {
      throw invalid('Either conditions or actions must be specified');
    }
    const modified = {
      ...rule,
      conditions: request.Conditions ?? rule.conditions,
      actions: request.Actions ?? rule.actions,
    };
    checkConditions(modified.conditions);
    checkActions(modified.actions);
    this.listeners.keep(modified);
    return { Rules: [describeRule(modified)] };
  }

  private setPriorities({ RulePriorities: pairs = [] }: SetRulePrioritiesInput): SetRulePrioritiesOutput {
    const changed = pairs.map(({ RuleArn: arn = '', Priority: priority = 0 }) => {
      checkRange('priority', priority, HIGHEST_PRIORITY);
      return { ...this.listeners.requireOwnRule(arn, 'reordered'), priority };
    });
    const priorities = changed.map(({ listenerArn, priority }) => `${listenerArn} ${priority}`);
    const twice = changed.find((_rule, index) => priorities.indexOf(priorities[index] ?? '') !== index);
    if (twice !== undefined) {
      throw invalid(`Priority '${twice.priority}' was provided multiple times`);
    }
    this.listeners.setPriorities(changed);
    return { Rules: changed.map(describeRule) };
  }

  private need(action: string, arn = '*'): Need {
    return { action: `elasticloadbalancing:${action}`, resources: [arn], context: this.tags.context(arn) };
  }
}

/** Tags at creation take the permission to add them, to a rule that has no ARN yet. */
function needsToCreate({ ListenerArn: listener = '*', Tags: tags = [] }: CreateRuleInput): readonly Need[] {
  const context = requestedTags(tags);
  const create = { action: 'elasticloadbalancing:CreateRule', resources: [listener], context };
  return tags.length === 0
    ? [create]
    : [
        create,
        {
          action: 'elasticloadbalancing:AddTags',
          resources: [`${listener.replace(':listener/', ':listener-rule/')}/*`],
          context: { ...context, 'elasticloadbalancing:CreateAction': 'CreateRule' },
        },
      ];
}

function refuseTransforms(request: CreateRuleInput | ModifyRuleInput): void {
  if (request.Transforms !== undefined || ('ResetTransforms' in request && request.ResetTransforms === true)) {
    throw new NotRehearsedError('A rule with Transforms');
  }
}

/** From 1. @throws AwsError */
export function checkRange(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must be from 1 to ${most}`,
    );
  }
}

const invalid = (text: string) => new AwsError('ValidationError', text);
