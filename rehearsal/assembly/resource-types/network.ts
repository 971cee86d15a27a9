import { arn, digits, id, named, property, type ResourceModels, text } from './model';

const zoneId = (resource: Parameters<ReturnType<typeof id>>[0]) => `Z${digits(resource, 'zone', 20).toUpperCase()}`;

/** EC2, VPC and Route 53. */
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
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: arn('elasticloadbalancing', 'loadbalancer/app/', named('Name')),
    attributes: {
      LoadBalancerArn: arn('elasticloadbalancing', 'loadbalancer/app/', named('Name')),
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
