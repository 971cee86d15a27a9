import { CustomResource, Duration, Stack, Token } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { ManifestRecord } from '../../../contract/manifest';
import { inConstruct, ValidationError } from '../../validation-error';
import { assertCnameTarget } from '../validations/endpoint';
import { assertStated, assertTold } from '../validations/stated';
import { RecordSteps } from '../weights/record-steps';
import { CutoverRecordProvider } from './cutover-record-provider';
import { qualifiedName } from './qualified-name';
import { type MovedRecord, otherOwners } from './record-owners';

/** The record that clients are moved by. */
export interface CutoverRecordOptions {
  /** The private hosted zone that clients resolve. */
  readonly zone: IHostedZone;

  /**
   * The name that clients use, relative to the zone (`sessions`) or fully qualified (`sessions.internal.example`).
   * Not the zone's apex: a CNAME cannot stand there.
   */
  readonly recordName: string;

  /**
   * How long resolvers may keep an answer. It bounds how long clients go on to the old side, and for FENCED how long
   * they are refused.
   *
   * @default Duration.seconds(5)
   */
  readonly ttl?: Duration;

  /**
   * The VPC of the two functions that deploy the stack's records, where a rule asks for one. They call Route 53, Lambda and
   * S3, where CloudFormation waits for their answer: without a way out the deploy hangs for an hour, and fails. All records
   * of a stack share the functions, and state one VPC or none.
   *
   * @default - no VPC of yours
   */
  readonly functionsVpc?: IVpc;

  /**
   * The subnets of `functionsVpc`.
   *
   * @default - the private subnets with egress
   */
  readonly functionsSubnets?: SubnetSelection;
}

/** Properties of a CutoverRecord. */
export interface CutoverRecordProps extends CutoverRecordOptions {
  /** Endpoint that blue is reached at, a DNS name. */
  readonly blueTarget: string;

  /** Endpoint that green is reached at, a DNS name. */
  readonly greenTarget: string;

  /**
   * Other endpoints of green's, which a state machine leads a part of the clients to before all of them go to
   * `greenTarget`. A deploy leaves green at the one that it leads to.
   *
   * @default - none
   */
  readonly greenTrialTargets?: string[];

  /**
   * The private IPv4 address of a host that relays clients to either side. The record gets a third entry, which leads there
   * by a name of its own, `relay.` before the record's. A deploy that would change the address while the record leads clients
   * there is refused.
   *
   * @default - no relay
   */
  readonly relayAddress?: string;

  /**
   * What the logs of the functions that deploy the record are encrypted with. They are one pair a stack: where its
   * records state several keys, the first. Its policy must let CloudWatch Logs use it.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;
}

/**
 * A weighted pair of CNAME records, blue and green, and with a relay a third one, whose weights belong to the state machine and not to the template.
 *
 * - Create adopts a simple record that is there, or makes the pair, in one change batch: blue 100, green 0.
 * - Update changes targets and TTL, never the active side.
 * - Delete leaves one simple record for whichever side serves.
 *
 * A record that another stack owns must be let go by it first: one of the same zone and name in the same app is refused
 * at synthesis.
 *
 * A custom resource, because CloudFormation writes the template's weight back at every touch and so undoes a cutover,
 * and cannot turn a simple record into a weighted one without a gap.
 */
export class CutoverRecord extends Construct {
  /** The record's fully qualified name, without a trailing dot. */
  public readonly domainName: string;

  /** How long resolvers may keep an answer. */
  public readonly ttl: Duration;

  private readonly props: CutoverRecordProps;

  constructor(scope: Construct, id: string, props: CutoverRecordProps) {
    assertTold('CutoverRecord', { scope, id });
    super(scope, id);
    this.props = props;
    inConstruct(this, () =>
      assertStated('CutoverRecordProps', props, {
        zone: 'the private hosted zone that clients resolve',
        recordName: 'the name that they use',
      }),
    );
    this.ttl = props.ttl ?? Duration.seconds(5);
    this.domainName = inConstruct(this, () => checkedName(props));
    if (props.functionsSubnets !== undefined && props.functionsVpc === undefined) {
      throw new ValidationError(
        'functionsSubnets: got some without functionsVpc; they belong to it. State functionsVpc.',
        this.node.path,
      );
    }
    this.node.addValidation({ validate: () => otherOwners(this.moved(), this.movedInApp()) });

    const provider = CutoverRecordProvider.of(this);
    if (props.logEncryptionKey !== undefined) provider.encryptLogs(props.logEncryptionKey);
    const { functionsVpc: vpc } = props;
    if (vpc !== undefined) inConstruct(this, () => provider.runIn(vpc, props.functionsSubnets));
    const policy = provider.allow(this, {
      hostedZoneArn: props.zone.hostedZoneArn,
      changeArn: this.changeArn(),
      recordName: this.domainName,
      relayName: this.relayName,
    });
    const record = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::CutoverRecord',
      serviceToken: provider.serviceToken,
      properties: {
        HostedZoneId: props.zone.hostedZoneId,
        RecordName: this.domainName,
        TtlSeconds: this.ttl.toSeconds(),
        BlueTarget: props.blueTarget,
        GreenTarget: props.greenTarget,
        // Absent where there are none: the record of a migration that has been deployed is not updated for nothing.
        ...(this.trialTargets.length > 0 && { GreenTrialTargets: this.trialTargets }),
        ...(this.relayName !== undefined && { RelayName: this.relayName, RelayAddress: props.relayAddress }),
        // For the reader of a diff. The live weights are the state machine's.
        InitialWeights: { Blue: 100, Green: 0 },
      },
    });
    record.node.addDependency(policy);
  }

  /**
   * @internal
   */
  public get _manifest(): Omit<ManifestRecord, 'whose'> {
    const { zone, blueTarget: blue, greenTarget: green, greenTrialTargets: trialTargets = [] } = this.props;
    const ttlSeconds = this.ttl.toSeconds();
    return {
      zoneId: zone.hostedZoneId,
      name: this.domainName,
      ttlSeconds,
      targets: { blue, green },
      trialTargets,
      ...(this.relayName !== undefined && { relay: this.relayName }),
    };
  }

  /**
   * What a state machine does with this record. `greenTarget` is for a green whose endpoint only the state machine knows.
   *
   * @internal
   */
  public _steps(greenTarget = this.props.greenTarget): RecordSteps {
    return new RecordSteps({
      hostedZoneId: this.props.zone.hostedZoneId,
      recordName: this.domainName,
      ttl: this.ttl,
      blueTarget: this.props.blueTarget,
      greenTarget,
      greenTargets: [greenTarget, ...this.trialTargets],
      ...(this.relayName !== undefined && { relayTarget: this.relayName }),
    });
  }

  /**
   * It depends on no host: the state machine, which writes it, comes before the host.
   *
   * @see docs/aws-facts.md#route53-cname-alone
   */
  private get relayName(): string | undefined {
    return this.props.relayAddress === undefined ? undefined : `relay.${this.domainName}`;
  }

  private get trialTargets(): string[] {
    return this.props.greenTrialTargets ?? [];
  }

  private moved(): MovedRecord {
    return { construct: this, zone: this.props.zone, name: this.domainName };
  }

  private movedInApp(): MovedRecord[] {
    const all = this.node.root.node.findAll();
    return all.filter((each) => each instanceof CutoverRecord).map((record) => record.moved());
  }

  private changeArn(): string {
    return Stack.of(this).formatArn({
      service: 'route53',
      region: '',
      account: '',
      resource: 'change',
      resourceName: '*',
    });
  }
}

function checkedName(props: CutoverRecordProps): string {
  const name = qualifiedName(props.recordName, props.zone.zoneName);
  assertCnameTarget('blueTarget', props.blueTarget);
  for (const target of [props.greenTarget, ...(props.greenTrialTargets ?? [])])
    assertCnameTarget('greenTarget', target);
  assertNoCircle(name, props);
  return name;
}

/** A CNAME that leads to its own name is no answer. */
function assertNoCircle(domainName: string, props: CutoverRecordProps): void {
  if (Token.isUnresolved(domainName)) return;
  const greens = [props.greenTarget, ...(props.greenTrialTargets ?? [])].map((target) => ['green', target] as const);
  for (const [side, target] of [['blue', props.blueTarget] as const, ...greens]) {
    if (Token.isUnresolved(target) || normalizedName(target) !== normalizedName(domainName)) continue;
    throw new ValidationError(
      `${side}: got the endpoint ${target}, which is the record itself; it would lead to its own name. State the endpoint that AWS gives, as the record has it now.`,
    );
  }
}

const normalizedName = (name: string) => name.toLowerCase().replace(/\.$/, '');
