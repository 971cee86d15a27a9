import { AwsCallError } from '../../../rehearsal/aws/call-error';
import type { Clock } from '../../../rehearsal/aws/clock';
import { type AwsCall, ControlPlane, type ControlPlaneProps } from '../../../rehearsal/aws/control-plane';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import type { PolicyStatement, Principal } from '../../../rehearsal/aws/policy';
import type { AwsService } from '../../../rehearsal/aws/service';

/** Time that passes when a test says so. */
export class HandClock implements Clock {
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.sleepers.push({ until: this.time + ms, wake: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.sleepers.filter(({ until }) => until <= this.time);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.time);
    for (const { wake } of due) {
      wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface TestEnvironment {
  readonly clock: HandClock;
  readonly environment: AwsEnvironment;
}

export function testEnvironment(): TestEnvironment {
  const clock = new HandClock();
  return {
    clock,
    environment: { account: '111122223333', region: 'eu-west-1', clock, ids: new Identifiers('test') },
  };
}

export const allowing = (...statements: PolicyStatement[]): Principal => ({
  arn: 'arn:aws:sts::111122223333:assumed-role/Machine/execution',
  roleArn: 'arn:aws:iam::111122223333:role/Machine',
  statements,
});

export const anyone = allowing({ Effect: 'Allow', Action: '*', Resource: '*' });

export interface Caller {
  readonly plane: ControlPlane;
  /** Calls with all permissions unless told otherwise. */
  call(action: string, taskArguments?: object, options?: Partial<AwsCall>): Promise<object>;
  /** The refusal's name and text, as a state machine sees them; fails if there is none. */
  refusal(
    action: string,
    taskArguments?: object,
    options?: Partial<AwsCall>,
  ): Promise<{ error: string; cause: string }>;
}

/** A control plane of one service, and how to call it. */
export function callerOf(
  environment: AwsEnvironment,
  service: AwsService,
  props: Partial<ControlPlaneProps> = {},
): Caller {
  const plane = new ControlPlane({ environment, services: [service], ...props });
  const call: Caller['call'] = (action, taskArguments = {}, options = {}) =>
    plane.call({
      service: service.identifier,
      action,
      arguments: taskArguments as Record<string, unknown>,
      principal: anyone,
      ...options,
    });
  return {
    plane,
    call,
    refusal: async (action, taskArguments, options) => {
      try {
        await call(action, taskArguments, options);
      } catch (error) {
        if (error instanceof AwsCallError) {
          return { error: error.errorName, cause: error.causeText.replace(/ \(Service:.*$/s, '') };
        }
        throw error;
      }
      throw new Error(`${action} was not refused.`);
    },
  };
}
