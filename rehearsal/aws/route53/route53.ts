import type {
  Change,
  ChangeInfo,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
  GetChangeRequest,
  GetChangeResponse,
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  ListResourceRecordSetsRequest,
  ListResourceRecordSetsResponse,
} from '@aws-sdk/client-route-53';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import type { AwsService, Need, Operation } from '../service';
import { HostedZone } from './hosted-zone';
import { compareRecords, normalizeName } from './record-set';

export interface Route53Props {
  readonly environment: AwsEnvironment;
  /**
   * How long a change stays PENDING, and the name servers answer as before. Milliseconds.
   *
   * @see docs/aws-facts.md#route53-change-in-sync
   */
  readonly propagationMs: (changeNumber: number) => number;
}

interface SubmittedChange {
  readonly id: string;
  readonly submittedAt: number;
  readonly inSyncAt: number;
  readonly comment: string | undefined;
}

/** The most, and the default. */
const PAGE_SIZE = 300;

/** Route 53. Zones are put into it by the rehearsal; records are changed through its API alone. */
export class Route53 implements AwsService {
  readonly identifier = 'route53';
  private readonly zones = new Map<string, HostedZone>();
  private readonly submitted = new Map<string, SubmittedChange>();

  constructor(private readonly props: Route53Props) {}

  addZone(id: string, name: string, isPrivate = true): HostedZone {
    const zone = new HostedZone(id, name, isPrivate);
    this.zones.set(id, zone);
    return zone;
  }

  readonly operations = {
    changeResourceRecordSets: {
      needs: (request) => [needToChange(request)],
      run: (request) => this.change(request),
    } satisfies Operation<ChangeResourceRecordSetsRequest, ChangeResourceRecordSetsResponse>,
    getChange: {
      needs: ({ Id }) => [{ action: 'route53:GetChange', resources: [`arn:aws:route53:::change/${bareId(Id)}`] }],
      run: (request) => this.getChange(request),
    } satisfies Operation<GetChangeRequest, GetChangeResponse>,
    getHostedZone: {
      needs: ({ Id }) => [zoneNeed('GetHostedZone', Id)],
      run: (request) => this.getHostedZone(request),
    } satisfies Operation<GetHostedZoneRequest, GetHostedZoneResponse>,
    listResourceRecordSets: {
      needs: ({ HostedZoneId }) => [zoneNeed('ListResourceRecordSets', HostedZoneId)],
      run: (request) => this.list(request),
    } satisfies Operation<ListResourceRecordSetsRequest, ListResourceRecordSetsResponse>,
  };

  private change({
    HostedZoneId,
    ChangeBatch: batch,
  }: ChangeResourceRecordSetsRequest): ChangeResourceRecordSetsResponse {
    const zone = this.zone(HostedZoneId);
    const now = this.props.environment.clock.now();
    const id = `C${this.props.environment.ids.hex(20).toUpperCase()}`;
    const inSyncAt = now + this.props.propagationMs(this.submitted.size);
    zone.change(batch?.Changes ?? [], inSyncAt);
    const submitted = { id, submittedAt: now, inSyncAt, comment: batch?.Comment };
    this.submitted.set(id, submitted);
    return { ChangeInfo: this.describe(submitted) };
  }

  private getChange({ Id }: GetChangeRequest): GetChangeResponse {
    const id = bareId(Id);
    const submitted = this.submitted.get(id);
    if (submitted === undefined) {
      throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`);
    }
    return { ChangeInfo: this.describe(submitted) };
  }

  private getHostedZone({ Id }: GetHostedZoneRequest): GetHostedZoneResponse {
    const zone = this.zone(Id);
    return {
      HostedZone: {
        Id: `/hostedzone/${zone.id}`,
        Name: zone.name,
        CallerReference: zone.id,
        Config: { PrivateZone: zone.isPrivate },
        ResourceRecordSetCount: zone.records.length,
      },
    };
  }

  private list(request: ListResourceRecordSetsRequest): ListResourceRecordSetsResponse {
    if (request.StartRecordType !== undefined && request.StartRecordName === undefined) {
      throw new AwsError('InvalidInput', 'Invalid request: StartRecordType needs StartRecordName.');
    }
    if (request.StartRecordIdentifier !== undefined && request.StartRecordType === undefined) {
      throw new AwsError('InvalidInput', 'Invalid request: StartRecordIdentifier needs StartRecordType.');
    }
    const start = request.StartRecordName === undefined ? undefined : startOf(request, request.StartRecordName);
    const sorted = [...this.zone(request.HostedZoneId).records].sort(compareRecords);
    const remaining = start === undefined ? sorted : sorted.filter((record) => compareRecords(record, start) >= 0);
    const size = Math.min(request.MaxItems ?? PAGE_SIZE, PAGE_SIZE);
    const next = remaining[size];
    return {
      ResourceRecordSets: remaining.slice(0, size),
      MaxItems: size,
      IsTruncated: next !== undefined,
      ...(next !== undefined && {
        NextRecordName: next.Name,
        NextRecordType: next.Type,
        ...(next.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }),
      }),
    };
  }

  private describe({ id, submittedAt, inSyncAt, comment }: SubmittedChange): ChangeInfo {
    return {
      Id: `/change/${id}`,
      Status: this.props.environment.clock.now() >= inSyncAt ? 'INSYNC' : 'PENDING',
      SubmittedAt: new Date(submittedAt),
      ...(comment !== undefined && { Comment: comment }),
    };
  }

  private zone(id: string | undefined): HostedZone {
    const zone = this.zones.get(bareId(id));
    if (zone === undefined) {
      throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`);
    }
    return zone;
  }
}

/** The API takes ids with and without what it puts before them. */
const bareId = (id = '') => id.replace(/^\/?(hostedzone|change)\//, '');

const zoneNeed = (action: string, id: string | undefined): Need => ({
  action: `route53:${action}`,
  resources: [`arn:aws:route53:::hostedzone/${bareId(id)}`],
});

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html */
function needToChange({ HostedZoneId, ChangeBatch: batch }: ChangeResourceRecordSetsRequest): Need {
  const changes: readonly Change[] = batch?.Changes ?? [];
  return {
    ...zoneNeed('ChangeResourceRecordSets', HostedZoneId),
    context: {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': changes.map(({ ResourceRecordSet: record }) =>
        normalizeName(record?.Name ?? '').replace(/\.$/, ''),
      ),
      'route53:ChangeResourceRecordSetsRecordTypes': changes.map(({ ResourceRecordSet: record }) => record?.Type ?? ''),
      'route53:ChangeResourceRecordSetsActions': changes.map(({ Action }) => Action ?? ''),
    },
  };
}

const startOf = (request: ListResourceRecordSetsRequest, name: string) => ({
  Name: name,
  Type: request.StartRecordType,
  SetIdentifier: request.StartRecordIdentifier,
});
