import { arnOf } from '../aws/environment';
import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

export const maintenanceMode: InAccount = {
  place: 'account',
  /** Several pages may stand on one listener. */
  deploy({ facts }, { elasticLoadBalancing, environment }) {
    const arn = textOf(facts, 'listener');
    if (elasticLoadBalancing.listeners.all().some((listener) => listener.arn === arn)) return;
    const targetGroup = arnOf(environment, 'elasticloadbalancing', 'targetgroup/imported/0123456789abcdef');
    elasticLoadBalancing.addListener({
      arn,
      loadBalancerArn: arn.replace(':listener/', ':loadbalancer/').replace(/\/[^/]+$/, ''),
      port: 443,
      protocol: 'HTTPS',
      defaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
    });
  },
  observe({ facts }, { elasticLoadBalancing }) {
    return elasticLoadBalancing.listeners
      .rules(textOf(facts, 'listener'))
      .map(({ priority, actions }) => `${priority} ${actions.map(({ Type }) => Type).join('+')}`)
      .join(', ');
  },
};
