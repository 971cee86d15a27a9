import type {
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import { page } from '../page';
import type { AwsService, Operation } from '../service';
import type { NewListener } from './listener-rule';
import { Listeners } from './listeners';
import { checkRange, MOST_PER_PAGE, RuleApi } from './rule-api';
import { Tags } from './tags';

export interface ElasticLoadBalancingProps {
  readonly environment: AwsEnvironment;
}

/** Elastic Load Balancing, as far as maintenance pages go: listeners of Application Load Balancers, their rules and tags. */
export class ElasticLoadBalancing implements AwsService {
  readonly identifier = 'elasticloadbalancingv2';
  readonly listeners: Listeners;
  readonly operations: AwsService['operations'];
  private readonly tags: Tags;

  constructor({ environment }: ElasticLoadBalancingProps) {
    this.listeners = new Listeners(environment.ids);
    this.tags = new Tags((arn) => this.requireTaggable(arn));
    this.operations = {
      describeListeners: this.describeListeners,
      ...new RuleApi(this.listeners, this.tags).operations,
      ...this.tags.operations,
    };
  }

  /** A listener, with its default rule. */
  addListener(listener: NewListener): void {
    this.listeners.add(listener);
    this.tags.set(listener.arn, listener.tags ?? []);
  }

  private readonly describeListeners: Operation<DescribeListenersInput, DescribeListenersOutput> = {
    needs: () => [{ action: 'elasticloadbalancing:DescribeListeners', resources: ['*'] }],
    run: ({ ListenerArns: arns = [], LoadBalancerArn: balancer, Marker: marker, PageSize: size = MOST_PER_PAGE }) => {
      if ((balancer === undefined) === (arns.length === 0)) {
        throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
      }
      checkRange('pageSize', size, MOST_PER_PAGE);
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
