import type { Assembly } from '../../assembly';

/** The target groups of a service (AWS::ECS::Service) that the assembly itself makes. */
export function targetGroupsOf(assembly: Assembly, service: string): string[] {
  const found = assembly
    .resources('AWS::ECS::Service')
    .find((each) => each.physicalId === service || String(each.attribute('Name')) === service);
  const balancers: unknown = found?.property('LoadBalancers') ?? [];
  return (balancers as readonly { TargetGroupArn?: string }[]).flatMap(({ TargetGroupArn: arn }) => arn ?? []);
}
