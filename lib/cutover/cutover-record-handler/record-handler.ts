import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { type RecordProperties, readProperties } from './record-properties';
import { adopted, collapsed, created, updated } from './record-sets';
import { Refusal } from './refusal';

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
const MOST_POLLS = 120;

/**
 * Owns the weighted pair. Create adopts a simple record or makes the pair; update changes targets and TTL and never who
 * serves; delete leaves one simple record for whoever serves. Each is one change batch, so that the name always answers.
 */
export class RecordHandler {
  constructor(
    private readonly route53: Pick<Route53Client, 'send'>,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
  ) {}

  public async handle(event: RecordEvent): Promise<RecordEventResult> {
    const properties = readProperties(event.ResourceProperties);
    const physicalId = `${properties.hostedZoneId}/${properties.recordName}`;
    const found = await this.find(properties);
    switch (event.RequestType) {
      case 'Create':
        await this.change(properties, found.length === 0 ? created(properties) : adopted(found, properties));
        return { PhysicalResourceId: physicalId };
      case 'Update':
        // Another name or zone is another resource: CloudFormation deletes the old one after this.
        await this.change(
          properties,
          event.PhysicalResourceId === physicalId && found.length > 0
            ? updated(found, properties)
            : found.length === 0
              ? created(properties)
              : adopted(found, properties),
        );
        return { PhysicalResourceId: physicalId };
      case 'Delete':
        // A create that was refused is rolled back by a delete: what is not ours stays as it is.
        if (event.PhysicalResourceId === physicalId) await this.change(properties, collapsed(found));
        return { PhysicalResourceId: event.PhysicalResourceId ?? physicalId };
      default:
        throw new Refusal(
          `Got the request type ${JSON.stringify(event.RequestType)}; accepted are Create, Update and Delete.`,
        );
    }
  }

  /** Every record set of the name, whatever its type. */
  private async find({ hostedZoneId, recordName }: RecordProperties): Promise<ResourceRecordSet[]> {
    const answer = await this.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, StartRecordName: recordName, MaxItems: 100 }),
    );
    const name = `${recordName.toLowerCase()}.`;
    return (answer.ResourceRecordSets ?? []).filter((set) => set.Name?.toLowerCase() === name);
  }

  /** Applies one batch and waits until every Route 53 server has it: only then may CloudFormation go on. */
  private async change({ hostedZoneId }: RecordProperties, changes: Change[]): Promise<void> {
    if (changes.length === 0) return;
    const answer = await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: hostedZoneId,
        ChangeBatch: { Comment: 'cdk-cutover', Changes: changes },
      }),
    );
    const id = answer.ChangeInfo?.Id;
    for (let poll = 0; poll < MOST_POLLS; poll++) {
      const { ChangeInfo } = await this.route53.send(new GetChangeCommand({ Id: id }));
      if (ChangeInfo?.Status === 'INSYNC') return;
      await this.sleep(POLL_MS);
    }
    throw new Error(`Route 53 change ${id} was still PENDING after ${(MOST_POLLS * POLL_MS) / 1000} s. Deploy again.`);
  }
}
