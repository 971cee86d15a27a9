import type { AlarmType, StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';

export interface Alarm {
  readonly name: string;
  readonly type: AlarmType;
  state: StateValue;
  reason: string;
  updatedAt: number;
  actionsEnabled: boolean;
}

/** The actions of an alarm for a state were run: somebody was told, or something was scaled. */
export interface AlarmAction {
  readonly alarm: string;
  readonly state: StateValue;
  /** Milliseconds since the epoch; of what was muted, when it was seen that the mute was over. */
  readonly at: number;
}

/** The alarms of an account, and which of their actions were run. */
export class Alarms {
  private readonly byName = new Map<string, Alarm>();
  private readonly run: AlarmAction[] = [];
  /** Alarms whose last change a mute rule holds back. */
  private readonly heldBack = new Set<Alarm>();

  constructor(
    private readonly clock: Clock,
    private readonly isMuted: (alarmName: string) => boolean,
  ) {}

  add(name: string, type: AlarmType, state: StateValue): void {
    this.byName.set(name, { name, type, state, reason: '', updatedAt: this.clock.now(), actionsEnabled: true });
  }

  remove(name: string): void {
    this.byName.delete(name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  all(): readonly Alarm[] {
    return [...this.byName.values()];
  }

  /** @throws AwsError ResourceNotFound */
  setState(name: string, state: StateValue, reason: string): void {
    const alarm = this.byName.get(name);
    if (alarm === undefined) {
      throw new AwsError('ResourceNotFound', `There is no alarm ${name}.`, 404);
    }
    this.release();
    const isTransition = alarm.state !== state;
    alarm.state = state;
    alarm.reason = reason;
    alarm.updatedAt = this.clock.now();
    if (isTransition) this.transition(alarm);
  }

  /** Names that are no alarm are passed over, as DisableAlarmActions does. */
  setActionsEnabled(names: readonly string[], enabled: boolean): void {
    for (const name of names) {
      const alarm = this.byName.get(name);
      if (alarm !== undefined) alarm.actionsEnabled = enabled;
    }
  }

  /** Every action that was run, oldest first. */
  actions(): readonly AlarmAction[] {
    this.release();
    return this.run;
  }

  /**
   * When a rule is over, the actions for the state that an alarm was muted in, and is still in, are run; actions that
   * were disabled are not made up for.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules-behaviour.html
   */
  release(): void {
    for (const alarm of this.heldBack) {
      if (!this.isMuted(alarm.name)) {
        this.heldBack.delete(alarm);
        this.transition(alarm);
      }
    }
  }

  private transition(alarm: Alarm): void {
    if (this.isMuted(alarm.name)) {
      this.heldBack.add(alarm);
    } else if (alarm.actionsEnabled) {
      this.run.push({ alarm: alarm.name, state: alarm.state, at: this.clock.now() });
    }
  }
}
