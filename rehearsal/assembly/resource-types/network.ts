import { type Attribute, arn, digits, id, named, property, type ResourceModels, text } from './model';

const zoneId = (resource: Parameters<ReturnType<typeof id>>[0]) => `Z${digits(resource, 'zone', 20).toUpperCase()}`;

const loadBalancerFullName: Attribute = (resource) =>
  `app/${text(named('Name')(resource))}/${digits(resource, 'load-balancer', 16)}`;
const loadBalancerArn = arn('elasticloadbalancing', 'loadbalancer/', loadBalancerFullName);

/** A listener's ARN goes on from its load balancer's, and a rule's from its listener's. */
const below =
  (parent: string, parentType: string, type: string): Attribute =>
  (resource) =>
    `${text(property(parent)(resource)).replace(`:${parentType}/`, `:${type}/`)}/${digits(resource, type, 16)}`;
const listenerArn = below('LoadBalancerArn', 'loadbalancer', 'listener');
const ruleArn = below('ListenerArn', 'listener', 'listener-rule');

/** EC2, VPC, Route 53 and load balancers. */
export const NETWORK: ResourceModels = {
  'AWS::EC2::EIP': {
    ref: (resource) => `203.0.113.${Number.parseInt(digits(resource, 'address', 2), 16)}`,
    attributes: { AllocationId: id('eipalloc') },
  },
  'AWS::EC2::Instance': {
    ref: id('i'),
    attributes: {
      InstanceId: id('i'),
      PrivateIp: (resource) => `10.0.${Number.parseInt(digits(resource, 'address', 2), 16)}.10`,
      PrivateDnsName: (resource) => `ip-${digits(resource, 'address', 8)}.${resource.region}.compute.internal`,
      VpcId: id('vpc'),
    },
  },
  'AWS::EC2::InternetGateway': { ref: id('igw'), attributes: { InternetGatewayId: id('igw') } },
  'AWS::EC2::LaunchTemplate': {
    ref: id('lt'),
    attributes: { LaunchTemplateId: id('lt'), LatestVersionNumber: () => '1', DefaultVersionNumber: () => '1' },
  },
  'AWS::EC2::NatGateway': { ref: id('nat'), attributes: { NatGatewayId: id('nat') } },
  'AWS::EC2::PrefixList': { ref: id('pl'), attributes: { PrefixListId: id('pl') } },
  'AWS::EC2::Route': { ref: named('RouteName'), attributes: {} },
  'AWS::EC2::RouteTable': { ref: id('rtb'), attributes: { RouteTableId: id('rtb') } },
  'AWS::EC2::SecurityGroup': {
    ref: id('sg'),
    attributes: { GroupId: id('sg'), Id: id('sg'), VpcId: property('VpcId') },
  },
  'AWS::EC2::SecurityGroupEgress': { ref: id('sgr'), attributes: { Id: id('sgr') } },
  'AWS::EC2::SecurityGroupIngress': { ref: id('sgr'), attributes: { Id: id('sgr') } },
  'AWS::EC2::Subnet': {
    ref: id('subnet'),
    attributes: {
      SubnetId: id('subnet'),
      VpcId: property('VpcId'),
      AvailabilityZone: property('AvailabilityZone'),
      CidrBlock: property('CidrBlock'),
    },
  },
  'AWS::EC2::SubnetRouteTableAssociation': { ref: id('rtbassoc'), attributes: { Id: id('rtbassoc') } },
  'AWS::EC2::VPC': {
    ref: id('vpc'),
    attributes: { VpcId: id('vpc'), CidrBlock: property('CidrBlock'), DefaultSecurityGroup: id('sg') },
  },
  'AWS::EC2::VPCEndpoint': { ref: id('vpce'), attributes: { Id: id('vpce') } },
  'AWS::EC2::VPCGatewayAttachment': { ref: id('attachment'), attributes: {} },
  'AWS::Route53::HostedZone': {
    ref: zoneId,
    attributes: { Id: zoneId, NameServers: () => ['ns-1.example.net', 'ns-2.example.net'] },
  },
  'AWS::Route53::RecordSet': { ref: property('Name'), attributes: {} },
  'AWS::ElasticLoadBalancingV2::Listener': { ref: listenerArn, attributes: { ListenerArn: listenerArn } },
  'AWS::ElasticLoadBalancingV2::ListenerRule': { ref: ruleArn, attributes: { RuleArn: ruleArn } },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: loadBalancerArn,
    attributes: {
      LoadBalancerArn: loadBalancerArn,
      LoadBalancerFullName: loadBalancerFullName,
      LoadBalancerName: named('Name'),
      DNSName: (resource) => `${text(named('Name')(resource)).toLowerCase()}.${resource.region}.elb.amazonaws.com`,
    },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ref: arn('elasticloadbalancing', 'targetgroup/', named('Name')),
    attributes: {
      TargetGroupArn: arn('elasticloadbalancing', 'targetgroup/', named('Name')),
      TargetGroupName: named('Name'),
      TargetGroupFullName: (resource) => `targetgroup/${text(named('Name')(resource))}`,
    },
  },
};
