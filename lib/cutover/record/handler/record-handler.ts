import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { type RecordProperties, type RelayProperties, readProperties } from './record-properties';
import { adopted, collapsed, created, updated } from './record-sets';
import { Refusal } from './refusal';
import { relayNamed, relayUnchanged } from './relay-name';

/** An event of the custom resource provider framework. */
export interface RecordEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
}

export interface RecordEventResult {
  readonly PhysicalResourceId: string;
}

const POLL_MS = 2000;
const MAX_POLLS = 120;
/** A canary moves the weights a few times an hour; what is refused this often is refused for another reason. */
const MAX_LOOKS = 5;

/** What a deploy wants of the record, by what is there. */
interface Wanted {
  readonly changesOf: (found: ResourceRecordSet[]) => Change[];
  /** Absent: there is to be none. The name of one that there was stays: a deploy without it may not change that name any more. */
  readonly relay?: RelayProperties | undefined;
  readonly relayToRemove?: RelayProperties | undefined;
}

/**
 * Owns the weighted pair, and the entry of the relay where there is one. Create adopts a simple record or makes the pair; update changes targets and TTL and never who
 * serves, nor which of green's endpoints; delete leaves one simple record for the active side. Each is one change batch, so
 * that the name always answers.
 */
export class RecordHandler {
  constructor(
    private readonly route53: Pick<Route53Client, 'send'>,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
  ) {}

  public async handle(event: RecordEvent): Promise<RecordEventResult> {
    const properties = readProperties(event.ResourceProperties);
    const physicalId = `${properties.hostedZoneId}/${properties.recordName}`;
    const isOurs = event.PhysicalResourceId === physicalId;
    switch (event.RequestType) {
      case 'Create':
        await this.change(properties, {
          changesOf: (found) => made(found, properties),
          relay: properties.relay,
        });
        return { PhysicalResourceId: physicalId };
      case 'Update':
        // Another name or zone is another resource: CloudFormation deletes the old one after this.
        await this.change(properties, {
          changesOf: (found) => (isOurs && found.length > 0 ? updated(found, properties) : made(found, properties)),
          relay: properties.relay,
        });
        return { PhysicalResourceId: physicalId };
      case 'Delete':
        // A create that was refused is rolled back by a delete: what is not ours stays as it is.
        if (isOurs) {
          await this.change(properties, {
            changesOf: (found) => collapsed(found, properties),
            relayToRemove: properties.relay,
          });
        }
        return { PhysicalResourceId: event.PhysicalResourceId ?? physicalId };
      default:
        throw new Refusal(
          `Got the request type ${JSON.stringify(event.RequestType)}; accepted are Create, Update and Delete.`,
        );
    }
  }

  /**
   * Looks, and changes exactly what it saw. Where a switch has moved the weights in between, Route 53 refuses the whole
   * batch, and the next look sees what the switch has made.
   */
  private async change(properties: RecordProperties, { changesOf, relay, relayToRemove }: Wanted): Promise<void> {
    const name = (relay ?? relayToRemove)?.name;
    for (let look = 1; ; look++) {
      const entries = await this.find(properties, properties.recordName);
      const sets = name === undefined ? [] : await this.find(properties, name);
      const own = changesOf(entries);
      const ofRelay = name === undefined ? [] : relayNamed({ entries, sets }, properties, relay);
      // Where its name alone changes, its weight is in the batch too: nobody is to be led to it meanwhile.
      const changes = [...(ofRelay.length > 0 && own.length === 0 ? relayUnchanged(entries) : own), ...ofRelay];
      if (changes.length === 0) return;
      try {
        return await this.apply(properties, changes);
      } catch (error) {
        if (!(error instanceof InvalidChangeBatch) || look === MAX_LOOKS) throw error;
        await this.sleep(POLL_MS);
      }
    }
  }

  /**
   * Every record set of the name, whatever its type; what is still PENDING is among it.
   *
   * @see docs/aws-facts.md#route53-list-current
   */
  private async find({ hostedZoneId }: RecordProperties, recordName: string): Promise<ResourceRecordSet[]> {
    const answer = await this.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, StartRecordName: recordName, MaxItems: 100 }),
    );
    const name = `${recordName.toLowerCase()}.`;
    return (answer.ResourceRecordSets ?? []).filter((set) => set.Name?.toLowerCase() === name);
  }

  /** Applies one batch and waits until every Route 53 server has it: only then may CloudFormation go on. */
  private async apply({ hostedZoneId }: RecordProperties, changes: Change[]): Promise<void> {
    const answer = await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: hostedZoneId,
        ChangeBatch: { Comment: 'cdk-cutover', Changes: changes },
      }),
    );
    const id = answer.ChangeInfo?.Id;
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      const { ChangeInfo } = await this.route53.send(new GetChangeCommand({ Id: id }));
      if (ChangeInfo?.Status === 'INSYNC') return;
      await this.sleep(POLL_MS);
    }
    throw new Error(`Route 53 change ${id} was still PENDING after ${(MAX_POLLS * POLL_MS) / 1000} s. Deploy again.`);
  }
}

function made(found: ResourceRecordSet[], properties: RecordProperties): Change[] {
  return found.length === 0 ? created(properties) : adopted(found, properties);
}
