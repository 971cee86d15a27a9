import type {
  DescribeListenersInput,
  DescribeListenersOutput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  Listener,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import { page } from '../page';
import type { AwsService, Operation } from '../service';
import type { NewListener } from './listener-rule';
import { Listeners } from './listeners';
import { checkRange, MAX_PER_PAGE, RuleApi } from './rule-api';
import { Tags } from './tags';

export interface ElasticLoadBalancingProps {
  readonly environment: AwsEnvironment;
}

/** Set where nobody has. @see docs/aws-facts.md#elb-deregistration-delay */
const USUAL_ATTRIBUTES = { 'deregistration_delay.timeout_seconds': '300' };

/**
 * Elastic Load Balancing, as far as maintenance pages and the end of tasks go: listeners of Application Load Balancers, their
 * rules and tags, and the attributes of target groups.
 */
export class ElasticLoadBalancing implements AwsService {
  readonly identifier = 'elasticloadbalancingv2';
  readonly listeners: Listeners;
  readonly operations: AwsService['operations'];
  private readonly tags: Tags;
  private readonly targetGroups = new Map<string, readonly TargetGroupAttribute[]>();

  constructor({ environment }: ElasticLoadBalancingProps) {
    this.listeners = new Listeners(environment.ids);
    this.tags = new Tags((arn) => this.requireTaggable(arn));
    this.operations = {
      describeListeners: this.describeListeners,
      describeTargetGroupAttributes: this.describeTargetGroupAttributes,
      ...new RuleApi(this.listeners, this.tags).operations,
      ...this.tags.operations,
    };
  }

  /** A listener, with its default rule. */
  addListener(listener: NewListener): void {
    this.listeners.add(listener);
    this.tags.set(listener.arn, listener.tags ?? []);
  }

  addTargetGroup(arn: string, attributes: Readonly<Record<string, string>> = {}): void {
    const all = Object.entries({ ...USUAL_ATTRIBUTES, ...attributes });
    this.targetGroups.set(
      arn,
      all.map(([Key, Value]) => ({ Key, Value })),
    );
  }

  private readonly describeTargetGroupAttributes: Operation<
    DescribeTargetGroupAttributesInput,
    DescribeTargetGroupAttributesOutput
  > = {
    needs: () => [{ action: 'elasticloadbalancing:DescribeTargetGroupAttributes', resources: ['*'] }],
    run: ({ TargetGroupArn: arn = '' }) => {
      const attributes = this.targetGroups.get(arn);
      if (attributes === undefined)
        throw new AwsError('TargetGroupNotFoundException', `Target group '${arn}' not found`);
      return { Attributes: [...attributes] };
    },
  };

  private readonly describeListeners: Operation<DescribeListenersInput, DescribeListenersOutput> = {
    needs: () => [{ action: 'elasticloadbalancing:DescribeListeners', resources: ['*'] }],
    run: ({ ListenerArns: arns = [], LoadBalancerArn: balancer, Marker: marker, PageSize: size = MAX_PER_PAGE }) => {
      if ((balancer === undefined) === (arns.length === 0)) {
        throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
      }
      checkRange('pageSize', size, MAX_PER_PAGE);
      const { items, next } = page(
        balancer === undefined ? arns.map((arn) => this.listeners.require(arn)) : this.listenersOf(balancer),
        marker,
        size,
        () => new AwsError('ValidationError', 'The marker is not valid'),
      );
      return { Listeners: items.map(describe), ...(next !== undefined && { NextMarker: next }) };
    },
  };

  private listenersOf(loadBalancerArn: string): readonly NewListener[] {
    const found = this.listeners.all().filter((listener) => listener.loadBalancerArn === loadBalancerArn);
    if (found.length === 0) {
      throw new AwsError('LoadBalancerNotFoundException', `Load balancer '${loadBalancerArn}' not found`);
    }
    return found;
  }

  private requireTaggable(arn: string): void {
    if (arn.includes(':listener-rule/')) {
      this.listeners.requireRule(arn);
    } else {
      this.listeners.require(arn);
    }
  }
}

const describe = ({ arn, loadBalancerArn, port, protocol, defaultActions }: NewListener): Listener => ({
  ListenerArn: arn,
  LoadBalancerArn: loadBalancerArn,
  Port: port,
  Protocol: protocol,
  DefaultActions: [...defaultActions],
});
