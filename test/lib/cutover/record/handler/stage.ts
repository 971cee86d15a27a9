import { InvalidChangeBatch } from '@aws-sdk/client-route-53';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { CutoverRecord } from '../../../../../lib';
import {
  type RecordEvent,
  type RecordEventResult,
  RecordHandler,
} from '../../../../../lib/cutover/record/handler/record-handler';
import { type Assembly, loadAssembly } from '../../../../../rehearsal/assembly';
import { AwsCallError } from '../../../../../rehearsal/aws/call-error';
import { assumeRole } from '../../../../../rehearsal/aws/policy';
import { Route53 } from '../../../../../rehearsal/aws/route53/route53';
import { temporaryFolder } from '../../../../rehearsal/assembly/written-assembly';
import { callerOf, type HandClock, testEnvironment } from '../../../../rehearsal/aws/test-environment';
import { ACCOUNT, REGION } from '../../../migration-under-test';

export const ZONE = 'Z0123456789ABCDEFGHIJ';
export const NAME = 'sessions.internal.example';

/** How long a change stays PENDING: longer than the handler's first look. */
const PROPAGATION_MS = 5000;

export interface Properties {
  readonly blue?: string;
  readonly green?: string;
  readonly ttl?: number;
  readonly name?: string;
  /** Endpoints of green's that a part of the clients is led to on the way. */
  readonly trials?: string[];
  /** Address of the host that relays. */
  readonly relay?: string;
}

type Synthesized = ReturnType<typeof synthesize>;
const SYNTHESIZED = new Map<string, Synthesized>();

/** A record of a template: what CloudFormation would hand over, and what the handler may do. */
function synthesized(properties: Properties): Synthesized {
  const key = JSON.stringify(properties);
  const known = SYNTHESIZED.get(key) ?? synthesize(properties);
  SYNTHESIZED.set(key, known);
  return known;
}

function synthesize(wanted: Properties) {
  const { blue = 'blue.example', green = 'green.example', ttl = 5, name = 'sessions', trials, relay } = wanted;
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Shop', { env: { account: ACCOUNT, region: REGION } });
  new CutoverRecord(stack, 'Record', {
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: ZONE, zoneName: 'internal.example' }),
    recordName: name,
    ttl: Duration.seconds(ttl),
    blueTarget: blue,
    greenTarget: green,
    ...(trials && { greenTrialTargets: trials }),
    ...(relay && { relayAddress: relay }),
  });
  const assembly = loadAssembly(app.synth().directory);
  const [record] = assembly.resources('Custom::CutoverRecord');
  // CloudFormation makes text of every scalar.
  const properties = JSON.parse(JSON.stringify(record?.properties), (_, value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
  return { assembly, properties };
}

function handlersRole(assembly: Assembly) {
  const [handler] = assembly
    .resources('AWS::Lambda::Function')
    .filter((each) => String(each.property('Description')).startsWith('Adopts'));
  return assumeRole(assembly.role(String(handler?.property('Role'))), 'handler', { service: 'lambda.amazonaws.com' });
}

/** An error class of the service's own, where its model has one. */
function asTheSdkThrows(error: unknown): never {
  if (!(error instanceof AwsCallError) || error.shape !== 'InvalidChangeBatch') throw error;
  throw new InvalidChangeBatch({ message: error.message, $metadata: { httpStatusCode: error.httpStatus } });
}

/** The handler before a zone that behaves as Route 53 does, with the permissions that it deploys with. */
export class RecordStage {
  readonly clock: HandClock;
  private readonly caller;
  private physicalId: string | undefined;
  private readonly route53: Route53;
  /** Calls of ChangeResourceRecordSets: each is one batch. */
  readonly batches: unknown[] = [];
  polls = 0;
  private interruption: { afterCalls: number; act: () => Promise<void> } | undefined;

  constructor() {
    const { clock, environment } = testEnvironment();
    this.clock = clock;
    this.route53 = new Route53({ environment, propagationMs: () => PROPAGATION_MS });
    this.route53.addZone(ZONE, 'internal.example');
    this.caller = callerOf(environment, this.route53);
  }

  create(properties: Properties = {}): Promise<RecordEventResult> {
    return this.handle('Create', properties);
  }

  update(properties: Properties, old: Properties = {}): Promise<RecordEventResult> {
    return this.handle('Update', properties, old);
  }

  delete(properties: Properties = {}, physicalId = this.physicalId): Promise<RecordEventResult> {
    return this.handle('Delete', properties, undefined, physicalId);
  }

  /** As an operator would, with all permissions. */
  async change(...changes: object[]): Promise<void> {
    await this.caller.call('changeResourceRecordSets', { HostedZoneId: ZONE, ChangeBatch: { Changes: changes } });
  }

  /** What the state machine does. */
  async setWeights(blue: number, green: number, targets: Properties = {}): Promise<void> {
    const { blue: blueTarget = 'blue.example', green: greenTarget = 'green.example', ttl = 5 } = targets;
    const set = (SetIdentifier: string, Weight: number, Value: string) => ({
      Action: 'UPSERT',
      ResourceRecordSet: { Name: NAME, Type: 'CNAME', SetIdentifier, Weight, TTL: ttl, ResourceRecords: [{ Value }] },
    });
    await this.change(set('blue', blue, blueTarget), set('green', green, greenTarget));
  }

  /** What the state machine does where clients go through the relay, or past it again. */
  async leadToRelay(led = true): Promise<void> {
    const set = (SetIdentifier: string, Weight: number, Value: string) => ({
      Action: 'UPSERT',
      ResourceRecordSet: { Name: NAME, Type: 'CNAME', SetIdentifier, Weight, TTL: 5, ResourceRecords: [{ Value }] },
    });
    const [direct, relay] = led ? [0, 100] : [100, 0];
    await this.change(
      set('blue', direct, 'blue.example'),
      set('green', 0, 'green.example'),
      set('relay', relay, `relay.${NAME}`),
    );
  }

  /** Has somebody else act once the handler has made so many calls, before its next. */
  interrupt(afterCalls: number, act: () => Promise<void>): void {
    this.interruption = { afterCalls, act };
  }

  /** `identifier weight target ttl` of every record of a name. */
  async records(name = NAME): Promise<string[]> {
    const { ResourceRecordSets: sets } = (await this.caller.call('listResourceRecordSets', {
      HostedZoneId: ZONE,
    })) as {
      ResourceRecordSets: {
        Name: string;
        Type: string;
        SetIdentifier?: string;
        Weight?: number;
        TTL?: number;
        ResourceRecords?: { Value: string }[];
      }[];
    };
    return sets
      .filter((set) => set.Name === `${name}.`)
      .map(({ Type, SetIdentifier = 'simple', Weight, ResourceRecords, TTL }) =>
        [SetIdentifier, ...(Weight === undefined ? [] : [Weight]), Type, ResourceRecords?.[0]?.Value, TTL].join(' '),
      )
      .sort();
  }

  private async handle(
    type: RecordEvent['RequestType'],
    wanted: Properties,
    old?: Properties,
    physicalId = this.physicalId,
  ): Promise<RecordEventResult> {
    const { assembly, properties } = synthesized(wanted);
    const principal = handlersRole(assembly);
    const client = {
      send: async (command: { constructor: { name: string }; input: object }) => {
        const name = command.constructor.name.replace('Command', '');
        const action = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
        if (action === 'changeResourceRecordSets') this.batches.push(command.input);
        if (action === 'getChange') this.polls += 1;
        if (this.interruption?.afterCalls === 0) await this.interruption.act();
        if (this.interruption !== undefined) this.interruption.afterCalls -= 1;
        return this.caller.call(action, command.input, { principal }).catch(asTheSdkThrows);
      },
    };
    const handler = new RecordHandler(client as unknown as ConstructorParameters<typeof RecordHandler>[0], (ms) =>
      this.clock.pass(ms),
    );
    const result = await handler.handle({
      RequestType: type,
      ResourceProperties: properties,
      ...(old !== undefined && { OldResourceProperties: synthesized(old).properties }),
      ...(type !== 'Create' && physicalId !== undefined && { PhysicalResourceId: physicalId }),
    });
    if (type !== 'Delete') this.physicalId = result.PhysicalResourceId;
    return result;
  }
}
