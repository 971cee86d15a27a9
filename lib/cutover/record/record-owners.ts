import { Stack, Token } from 'aws-cdk-lib';
import { CfnRecordSet, CfnRecordSetGroup, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';

/** A record that a migration moves. */
export interface MovedRecord {
  readonly construct: IConstruct;
  readonly zone: IHostedZone;
  /** Fully qualified. */
  readonly name: string;
}

/** A record as a template names it: by one of the two its zone, too. */
interface TemplateRecord {
  readonly name: string;
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
}

/**
 * What is wrong where somebody else of the app has the record too. CloudFormation writes a template's record as it is
 * there at every update: Route 53 refuses that while the pair stands, and takes it once the migration is removed.
 *
 * @see docs/aws-facts.md#cloudformation-record-set
 */
export function otherOwners(record: MovedRecord, movedElsewhere: readonly MovedRecord[]): string[] {
  const all = record.construct.node.root.node.findAll();
  const owners = all.filter((each) => templateRecords(each).some((set) => isSame(record, set)));
  const rivals = movedElsewhere.filter(
    ({ construct, zone, name }) => construct !== record.construct && isSame(record, { ...zone, name }),
  );
  return [
    ...owners.map(
      (owner) =>
        `recordName: '${record.name}' also belongs to ${owner.node.path} of the stack ${Stack.of(owner).stackName}, whose updates would lead it elsewhere. Have that stack let go first: set RemovalPolicy.RETAIN on the record and deploy; take the record out of the code and deploy; then deploy the migration, which adopts it. See docs/operations.md, "A record that another stack owns".`,
    ),
    ...rivals.map(
      ({ construct }) =>
        `recordName: '${record.name}' is moved by ${construct.node.path} as well; a record has one migration. Remove the other one, or give one of them another name.`,
    ),
  ];
}

function templateRecords(construct: IConstruct): TemplateRecord[] {
  if (construct instanceof CfnRecordSet) return [construct];
  if (!(construct instanceof CfnRecordSetGroup) || !Array.isArray(construct.recordSets)) return [];
  const { hostedZoneId, hostedZoneName } = construct;
  return construct.recordSets
    .filter((set) => !Token.isUnresolved(set))
    .map((set) => ({ hostedZoneId, hostedZoneName, ...(set as TemplateRecord) }));
}

function isSame({ zone, name }: MovedRecord, other: TemplateRecord): boolean {
  const isZone =
    other.hostedZoneId === undefined
      ? other.hostedZoneName !== undefined && normalized(other.hostedZoneName) === normalized(zone.zoneName)
      : other.hostedZoneId === zone.hostedZoneId;
  return isZone && normalized(other.name) === normalized(name);
}

/** What is known only when it is deployed is the same if it is the same token. */
function normalized(name: string): string {
  return Token.isUnresolved(name) ? name : name.toLowerCase().replace(/\.$/, '');
}
