import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { AwsError } from '../aws-error';
import { type Change, type Changes, LONG_OVER } from '../changes';
import type { AwsEnvironment } from '../environment';
import { functionArn, parseFunctionName } from './function-name';

export interface EventSourceMapping {
  readonly uuid: string;
  /** Of a function, a version or an alias. */
  readonly functionArn: string;
  readonly eventSourceArn: string;
}

export interface NewMapping {
  readonly uuid: string;
  /** Name or ARN. */
  readonly functionName: string;
  readonly eventSourceArn: string;
  /** @default true */
  readonly enabled?: boolean;
}

export interface EventSourceMappingsProps {
  readonly environment: AwsEnvironment;
  readonly changes: Changes;
  /** How long a change takes at least. Milliseconds. */
  readonly changeMs: number;
  /** Follows a mapping whose pollers start or stop. */
  readonly onChange: (mapping: EventSourceMapping, enabled: boolean) => Promise<void>;
}

interface Kept {
  readonly mapping: EventSourceMapping;
  enabled: boolean;
  /** The state's name while the change lasts. */
  changing: 'Enabling' | 'Disabling' | 'Updating';
  change: Change;
  /** When its pollers had last stopped. Milliseconds since the epoch; undefined while they run. */
  stoppedAt: number | undefined;
  modifiedAt: number;
}

/** The mappings of the account: pollers that come and go, but not at once. */
export class EventSourceMappings {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly props: EventSourceMappingsProps) {}

  add({ uuid, functionName, eventSourceArn, enabled = true }: NewMapping): void {
    const { environment } = this.props;
    this.kept.set(uuid, {
      mapping: { uuid, functionArn: functionArn(environment, parseFunctionName(functionName)), eventSourceArn },
      enabled,
      changing: 'Updating',
      change: LONG_OVER,
      stoppedAt: enabled ? undefined : Number.NEGATIVE_INFINITY,
      modifiedAt: environment.clock.now(),
    });
  }

  /** Undefined where there is none. */
  functionOf(uuid: string): string | undefined {
    return this.kept.get(uuid)?.mapping.functionArn;
  }

  all(): readonly EventSourceMapping[] {
    return [...this.kept.values()].map(({ mapping }) => mapping);
  }

  /**
   * Whether an invocation may be under way: its pollers run, or a batch that they had begun may not have ended yet.
   *
   * @param timeoutMs of the function
   * @throws AwsError where there is no such mapping
   * @see docs/aws-facts.md#lambda-disabled-in-flight
   */
  mayInvoke(uuid: string, timeoutMs: number): boolean {
    const { stoppedAt } = this.require(uuid);
    return stoppedAt === undefined || this.props.environment.clock.now() < stoppedAt + timeoutMs;
  }

  /** @throws AwsError where there is no such mapping */
  describe(uuid: string): EventSourceMappingConfiguration {
    const kept = this.require(uuid);
    return {
      UUID: uuid,
      FunctionArn: kept.mapping.functionArn,
      EventSourceArn: kept.mapping.eventSourceArn,
      State: stateOf(kept),
      StateTransitionReason: 'USER_INITIATED',
      LastModified: new Date(kept.modifiedAt),
    };
  }

  /**
   * Starts or stops the pollers; undefined leaves them as they are.
   *
   * @throws AwsError where there is no such mapping, or a change of it is not over yet
   */
  update(uuid: string, enabled: boolean | undefined): void {
    const kept = this.require(uuid);
    if (!kept.change.isOver) {
      throw new AwsError('ResourceInUseException', 'Cannot update the event source mapping because it is in use.');
    }
    const { changes, changeMs, onChange, environment } = this.props;
    const wanted = enabled ?? kept.enabled;
    const isSwitched = wanted !== kept.enabled;
    kept.changing = !isSwitched ? 'Updating' : wanted ? 'Enabling' : 'Disabling';
    kept.enabled = wanted;
    kept.modifiedAt = environment.clock.now();
    kept.change = changes.start(changeMs, async () => {
      if (isSwitched) {
        await onChange(kept.mapping, wanted);
        kept.stoppedAt = wanted ? undefined : environment.clock.now() + changeMs;
      }
    });
  }

  private require(uuid: string): Kept {
    const kept = this.kept.get(uuid);
    if (kept === undefined) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
    }
    return kept;
  }
}

function stateOf({ change, changing, enabled }: Kept): string {
  if (!change.isOver) {
    return changing;
  }
  return enabled ? 'Enabled' : 'Disabled';
}
