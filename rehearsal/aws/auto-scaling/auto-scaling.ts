import type {
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  ScalingProcessQuery,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, NotRehearsedError } from '../aws-error';
import { Changes } from '../changes';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import { processesMeant } from './processes';
import { type InstanceHook, ScalingGroup } from './scaling-group';
import { type Sizes, updatedSizes } from './sizes';

export interface AutoScalingProps {
  readonly environment: AwsEnvironment;
  /** How long an instance takes at least to come into service. Milliseconds. @default 0 */
  readonly launchMs?: number;
  /** How long an instance takes at least to be gone. Milliseconds. @default 0 */
  readonly terminateMs?: number;
  /** Follows an instance that comes or goes. @default - nobody does */
  readonly onInstance?: InstanceHook;
}

export interface NewGroup extends Sizes {
  readonly name: string;
  /** @default - the Region's zones a and b */
  readonly zones?: readonly string[];
}

/** DescribeAutoScalingGroups gives at most so many a page, and half of it unless asked. */
const MAX_GROUPS = 100;
/** What UpdateAutoScalingGroup can be asked for here. */
const CHANGEABLE = ['AutoScalingGroupName', 'MinSize', 'MaxSize', 'DesiredCapacity'];

/** EC2 Auto Scaling: groups, their sizes, their instances and what is suspended. */
export class AutoScaling implements AwsService {
  readonly identifier = 'autoscaling';
  private readonly groups = new Map<string, { readonly arn: string; readonly group: ScalingGroup }>();
  private readonly changes: Changes;

  constructor(private readonly props: AutoScalingProps) {
    this.changes = new Changes(props.environment.clock);
  }

  /** A group whose instances are in service. */
  addGroup({ name, zones, ...sizes }: NewGroup): void {
    const { environment, launchMs = 0, terminateMs = 0, onInstance = async () => {} } = this.props;
    const group = new ScalingGroup({
      environment,
      changes: this.changes,
      name,
      sizes,
      zones: zones ?? [`${environment.region}a`, `${environment.region}b`],
      launchMs,
      terminateMs,
      onInstance,
    });
    const arn = arnOf(
      environment,
      'autoscaling',
      `autoScalingGroup:${environment.ids.uuid()}:autoScalingGroupName/${name}`,
    );
    this.groups.set(name, { arn, group });
  }

  /**
   * A scaling policy's alarm asks for a capacity: it gets one within the group's bounds, and none while
   * `AlarmNotification` is suspended. This is what undoes a capacity that was set by hand.
   *
   * @throws AwsError where there is no such group
   */
  alarmAsksFor(name: string, capacity: number): void {
    const { group } = this.require(name);
    const { least, most } = group.sizes;
    if (!group.suspended.has('AlarmNotification')) {
      group.resize({ least, most, desired: Math.min(most, Math.max(least, capacity)) });
    }
  }

  /** Resolves when the rehearsal has followed every instance; rejects with the first failure. */
  settled(): Promise<void> {
    return this.changes.settled();
  }

  readonly operations = {
    describeAutoScalingGroups: {
      needs: () => [{ action: 'autoscaling:DescribeAutoScalingGroups', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<AutoScalingGroupNamesType, AutoScalingGroupsType>,
    suspendProcesses: {
      needs: ({ AutoScalingGroupName: name }) => [this.need('SuspendProcesses', name)],
      run: ({ AutoScalingGroupName: name, ScalingProcesses: processes }) => {
        this.require(name).group.suspend(processesMeant(processes));
        return {};
      },
    } satisfies Operation<ScalingProcessQuery, object>,
    resumeProcesses: {
      needs: ({ AutoScalingGroupName: name }) => [this.need('ResumeProcesses', name)],
      run: ({ AutoScalingGroupName: name, ScalingProcesses: processes }) => {
        this.require(name).group.resume(processesMeant(processes));
        return {};
      },
    } satisfies Operation<ScalingProcessQuery, object>,
    updateAutoScalingGroup: {
      needs: ({ AutoScalingGroupName: name }) => [this.need('UpdateAutoScalingGroup', name)],
      run: (request) => this.update(request),
    } satisfies Operation<UpdateAutoScalingGroupType, object>,
  };

  private update(request: UpdateAutoScalingGroupType): object {
    const other = Object.keys(request).find((member) => !CHANGEABLE.includes(member));
    if (other !== undefined) {
      throw new NotRehearsedError(`UpdateAutoScalingGroup with ${other}`);
    }
    const { group } = this.require(request.AutoScalingGroupName);
    group.resize(updatedSizes(group.sizes, request));
    return {};
  }

  private describe(request: AutoScalingGroupNamesType): AutoScalingGroupsType {
    const { AutoScalingGroupNames: names = [], MaxRecords: size = MAX_GROUPS / 2 } = request;
    if ((request.Filters ?? []).length > 0) {
      throw new NotRehearsedError('DescribeAutoScalingGroups with Filters');
    }
    if (size < 1 || size > MAX_GROUPS) {
      throw new AwsError('ValidationError', `MaxRecords must be from 1 to ${MAX_GROUPS}; got ${size}.`);
    }
    if (names.length > size) {
      throw new AwsError(
        'ValidationError',
        `At most ${size} AutoScalingGroupNames, as MaxRecords; got ${names.length}.`,
      );
    }
    // A name that is not there is no error.
    const matching = [...this.groups.values()].filter(({ group }) => names.length === 0 || names.includes(group.name));
    const { items, next } = page(
      matching,
      request.NextToken,
      size,
      () => new AwsError('InvalidNextToken', 'The token is not valid.'),
    );
    return {
      AutoScalingGroups: items.map(({ arn, group }) => describeGroup(arn, group, request.IncludeInstances ?? true)),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private require(name = '') {
    const found = this.groups.get(name);
    if (found === undefined) {
      throw new AwsError('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
    }
    return found;
  }

  private need(action: string, name = '*'): Need {
    const arn = arnOf(this.props.environment, 'autoscaling', `autoScalingGroup:*:autoScalingGroupName/${name}`);
    return { action: `autoscaling:${action}`, resources: [this.groups.get(name)?.arn ?? arn] };
  }
}

function describeGroup(arn: string, group: ScalingGroup, withInstances: boolean): AutoScalingGroup {
  const { least, most, desired } = group.sizes;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: arn,
    MinSize: least,
    MaxSize: most,
    DesiredCapacity: desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...group.zones],
    HealthCheckType: 'EC2',
    CreatedTime: new Date(group.createdAt),
    Instances: withInstances
      ? group.members().map(({ id, zone, state }) => ({
          InstanceId: id,
          AvailabilityZone: zone,
          LifecycleState: state,
          HealthStatus: 'Healthy',
          ProtectedFromScaleIn: false,
        }))
      : [],
    SuspendedProcesses: [...group.suspended].map(([process, at]) => ({
      ProcessName: process,
      SuspensionReason: `User suspended at ${new Date(at).toISOString()}`,
    })),
  };
}
