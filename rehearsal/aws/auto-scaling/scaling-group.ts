import { type Change, type Changes, LONG_OVER } from '../changes';
import type { AwsEnvironment } from '../environment';
import type { Process } from './processes';
import type { Sizes } from './sizes';

export interface GroupInstance {
  readonly id: string;
  readonly zone: string;
}

/** Starts or stops what an instance stands for. Resolves when it has. */
export type InstanceHook = (instance: {
  readonly group: string;
  readonly id: string;
  readonly event: 'launch' | 'terminate';
}) => Promise<void>;

export interface ScalingGroupProps {
  readonly environment: AwsEnvironment;
  readonly changes: Changes;
  readonly name: string;
  readonly sizes: Sizes;
  readonly zones: readonly string[];
  /** How long an instance takes at least to come into service, or to be gone. Milliseconds. */
  readonly launchMs: number;
  readonly terminateMs: number;
  readonly onInstance: InstanceHook;
}

interface Kept extends GroupInstance {
  isLeaving: boolean;
  change: Change;
}

/** An Auto Scaling group: its instances follow the desired capacity, but not at once, and not while that is suspended. */
export class ScalingGroup {
  readonly name: string;
  readonly zones: readonly string[];
  readonly createdAt: number;
  /** When each process was suspended. */
  readonly suspended = new Map<Process, number>();
  private wanted: Sizes;
  private instances: Kept[] = [];

  constructor(private readonly props: ScalingGroupProps) {
    const { environment, name, sizes, zones } = props;
    this.name = name;
    this.zones = zones;
    this.createdAt = environment.clock.now();
    this.wanted = sizes;
    while (this.instances.length < sizes.desired) {
      this.instances.push(this.newInstance());
    }
  }

  get sizes(): Sizes {
    return this.wanted;
  }

  resize(sizes: Sizes): void {
    this.wanted = sizes;
    this.adjust();
  }

  suspend(processes: readonly Process[]): void {
    for (const process of processes) {
      if (!this.suspended.has(process)) {
        this.suspended.set(process, this.props.environment.clock.now());
      }
    }
  }

  resume(processes: readonly Process[]): void {
    for (const process of processes) {
      this.suspended.delete(process);
    }
    this.adjust();
  }

  /** Those that there are now, with their lifecycle state. */
  members(): readonly (GroupInstance & { readonly state: 'Pending' | 'InService' | 'Terminating' })[] {
    this.instances = this.instances.filter(({ isLeaving, change }) => !(isLeaving && change.isOver));
    return this.instances.map(({ id, zone, isLeaving, change }) => ({
      id,
      zone,
      state: isLeaving ? 'Terminating' : change.isOver ? 'InService' : 'Pending',
    }));
  }

  /** Launches what is missing and terminates what is too much, the oldest first. */
  private adjust(): void {
    const { name, changes, launchMs, terminateMs, onInstance } = this.props;
    const staying = this.instances.filter(({ isLeaving }) => !isLeaving);
    const missing = this.wanted.desired - staying.length;
    if (missing > 0 && !this.suspended.has('Launch')) {
      for (let launched = 0; launched < missing; launched += 1) {
        const instance = this.newInstance();
        instance.change = changes.start(launchMs, () => onInstance({ group: name, id: instance.id, event: 'launch' }));
        this.instances.push(instance);
      }
    }
    if (missing < 0 && !this.suspended.has('Terminate')) {
      for (const instance of staying.slice(0, -missing)) {
        instance.isLeaving = true;
        instance.change = changes.start(terminateMs, () =>
          onInstance({ group: name, id: instance.id, event: 'terminate' }),
        );
      }
    }
  }

  /** Zones take turns. */
  private newInstance(): Kept {
    const zone = this.zones[this.instances.length % this.zones.length] ?? '';
    return { id: this.props.environment.ids.ec2('i'), zone, isLeaving: false, change: LONG_OVER };
  }
}
