import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSecurityGroup, CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { warn } from '../annotations';
import { refuseElsewhere, whereaboutsOf } from './elsewhere';
import type { Side } from './sides';

type PlacedSide = Side & IResource & { readonly readerEndpointAddress?: string };

export interface Placed {
  readonly vpc: IVpc;
  readonly blue: PlacedSide;
  /** Undefined where RDS makes it. */
  readonly green?: PlacedSide;
  readonly alarms?: readonly IAlarm[];
}

/**
 * One VPC, one Region, one account: what the CDK knows to be elsewhere is refused, and what may be reached all the same
 * (a peered VPC) is warned of. A token may be any place.
 */
export function checkPlace(migration: IConstruct, { vpc, blue, green, alarms = [] }: Placed): void {
  const here = Stack.of(migration);
  for (const [name, side] of Object.entries({ blue, green })) {
    if (side === undefined) continue;
    refuseElsewhere(migration, name, side.env, ONE_PLACE);
    for (const address of [side.endpointAddress, side.readerEndpointAddress ?? '']) {
      checkEndpoint(migration, name, address, here.region);
    }
    warnOfOtherVpc(migration, name, side, vpc);
  }
  for (const alarm of alarms) {
    refuseElsewhere(
      migration,
      'alarms',
      whereaboutsOf(alarm),
      'It is asked for by its name. Watch a copy of it there.',
    );
  }
}

const ONE_PLACE = 'Both sides and the migration share one: put them into stacks of the same Region and account.';

/** Endpoints name their Region: RDS's in full, ElastiCache's by a code such as `euw1`, whose list AWS has not published. */
function checkEndpoint(migration: IConstruct, name: string, address: string, region: string): void {
  if (Token.isUnresolved(address) || Token.isUnresolved(region)) return;
  const inFull = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:rds|cache)\.amazonaws\.com(?:\.cn)?$/.exec(
    address.toLowerCase(),
  )?.[1];
  if (inFull !== undefined) {
    refuseElsewhere(migration, name, { name: `the endpoint ${address}`, region: inFull }, ONE_PLACE);
    return;
  }
  const code = /\.([a-z]{2,4}\d)\.cache\.amazonaws\.com$/.exec(address.toLowerCase())?.[1];
  const own = codeOf(region);
  if (code === undefined || own === undefined || code === own) return;
  warn(
    migration,
    'cdk-cutover:OtherRegion',
    `${name}: got the endpoint ${address}, whose '${code}' is not ${region}'s '${own}': the migration reaches one Region. Look whether it is the right endpoint.`,
  );
}

/** e.g. `apne1` of ap-northeast-1; undefined of Regions that are named otherwise, as GovCloud's. */
function codeOf(region: string): string | undefined {
  const parts = /^([a-z]{2})-(north|south|east|west|central)(east|west)?-(\d)$/.exec(region);
  if (parts === null) return undefined;
  const [, area, first = '', second = '', number] = parts;
  return `${area}${first.charAt(0)}${second.charAt(0)}${number}`;
}

/** The security groups that the app makes say which VPC their side is in. */
function warnOfOtherVpc(migration: IConstruct, name: string, { securityGroups }: Side, vpc: IVpc): void {
  const stranger = securityGroups.find((group) => {
    const resource = group.node.defaultChild;
    return (
      resource instanceof CfnSecurityGroup && resource.vpcId !== undefined && isOtherVpc(resource.vpcId, vpc, migration)
    );
  });
  if (stranger === undefined) return;
  warn(
    migration,
    'cdk-cutover:OtherVpc',
    `${name}: its security group ${stranger.node.path} belongs to another VPC than ${vpc.node.path}, in which the migration host is: it must reach both sides. State the VPC that both are in, or peer the two.`,
  );
}

/** Whether it is for certain: two that the app makes, or two whose ids it states. */
function isOtherVpc(vpcId: string, vpc: IVpc, scope: IConstruct): boolean {
  if (vpcId === vpc.vpcId) return false;
  if (!Token.isUnresolved(vpcId)) return !Token.isUnresolved(vpc.vpcId);
  if (!(vpc.node.defaultChild instanceof CfnVPC)) return false;
  const made = scope.node.root.node.findAll().filter((each) => each instanceof CfnVPC);
  return made.some((each) => each.attrVpcId === vpcId || each.ref === vpcId);
}
