import { authorize, denial } from './authorization';
import { AwsError, NotRehearsedError } from './aws-error';
import { callError, lostAnswer } from './call-error';
import { CallJournal } from './call-journal';
import type { AwsEnvironment } from './environment';
import type { Fault, FaultHook, FaultTarget } from './faults';
import { type KeyPolicies, Keys } from './kms/keys';
import type { Principal } from './policy';
import { withoutSecrets } from './redaction';
import { checkArguments, type SdkOperation, sdkOperation } from './sdk-schemas';
import type { AnyOperation, AwsService } from './service';
import { serviceError } from './service-errors';
import { isRead, StaleReads } from './stale-reads';

export interface AwsCall {
  /** Step Functions' names, e.g. `ssm` and `putParameter`. */
  readonly service: string;
  readonly action: string;
  /** In the SDK for JavaScript's spelling. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  /** The state that calls. */
  readonly state?: string;
  /** Aborted when the caller has gone. */
  readonly signal?: AbortSignal;
}

export interface StaleReadsProps {
  readonly longestMs: number;
  readonly random: () => number;
  /** Which reads lag behind. @default - all that AWS does not promise to be current */
  readonly lags?: (read: AwsCall) => boolean;
}

export interface ControlPlaneProps {
  readonly environment: AwsEnvironment;
  readonly services: readonly AwsService[];
  /** @default - no faults */
  readonly faults?: FaultHook;
  /** @default - no key has a policy but the usual one */
  readonly keys?: KeyPolicies;
  /** @default - a journal of its own */
  readonly journal?: CallJournal;
  /**
   * Has reads answered as it was up to so many milliseconds before.
   *
   * @see docs/aws-facts.md#ssm-reads-lag
   * @see docs/aws-facts.md#sfn-describe-execution-lags
   * @default - as it is
   */
  readonly staleReads?: StaleReadsProps;
}

const NEVER_ABORTED = new AbortController().signal;

/** The one entrance to all services: every call is compared with its schema and its caller's policy before it is carried out. */
export class ControlPlane {
  readonly environment: AwsEnvironment;
  readonly journal: CallJournal;
  private readonly services: ReadonlyMap<string, AwsService>;
  private readonly faults: FaultHook;
  private readonly stale?: StaleReads;
  private readonly lags: (read: AwsCall) => boolean;
  private readonly keys: KeyPolicies;

  constructor(props: ControlPlaneProps) {
    this.environment = props.environment;
    this.services = new Map(props.services.map((service) => [service.identifier, service]));
    this.faults = props.faults ?? (() => undefined);
    this.keys = props.keys ?? new Keys(props.environment.account);
    this.journal = props.journal ?? new CallJournal();
    this.lags = props.staleReads?.lags ?? (() => true);
    if (props.staleReads !== undefined) {
      const { longestMs, random } = props.staleReads;
      this.stale = new StaleReads(props.environment.clock, longestMs, random);
    }
  }

  /**
   * Carries out a call; gives its output in the SDK for JavaScript's spelling.
   *
   * @throws AwsCallError where AWS would refuse.
   * @throws NotRehearsedError where AWS would not, and this fake cannot.
   */
  async call(call: AwsCall): Promise<object> {
    const sdk = await sdkOperation(call.service, call.action);
    const operation = this.operation(call.service, call.action);
    const requestId = this.environment.ids.uuid();
    const startedAt = this.environment.clock.now();
    try {
      const fault = this.faults({ ...call, state: call.state, principalArn: call.principal.arn });
      const output = await this.carryOut(call, sdk, operation, fault);
      this.note(call, sdk, startedAt, 'ok');
      if (fault?.kind === 'loseAnswer') throw lostAnswer(sdk.service, requestId);
      return output;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      const refusal = await callError(sdk.service, error, requestId);
      this.note(call, sdk, startedAt, refusal.errorName, refusal.message);
      throw refusal;
    }
  }

  /** The fault injected into a task that is carried out beside the services, e.g. an HTTP request. */
  faultOf(target: FaultTarget): Fault | undefined {
    return this.faults(target);
  }

  private async carryOut(
    call: AwsCall,
    sdk: SdkOperation,
    operation: AnyOperation,
    fault: Fault | undefined,
  ): Promise<object> {
    await this.inject(call, sdk, fault);
    await refuseInvalid(call, sdk);
    const input = call.arguments as never;
    authorize({
      identifier: call.service,
      principal: call.principal,
      needs: operation.needs(input, call.principal),
      region: this.environment.region,
      keys: this.keys,
    });
    const run = async () => operation.run(input, { principal: call.principal, signal: call.signal ?? NEVER_ABORTED });
    if (this.stale === undefined) return run();
    if (isRead(call.service, call.action)) {
      if (!this.lags(call)) return run();
      return this.stale.answer(call.service, `${call.action} ${JSON.stringify(call.arguments)}`, run);
    }
    await this.stale.keep(call.service);
    return run();
  }

  private async inject(call: AwsCall, sdk: SdkOperation, fault: Fault | undefined): Promise<void> {
    switch (fault?.kind) {
      case 'throttle':
        throw serviceError(call.service, 'throttled', 'Rate exceeded');
      case 'accessDenied':
        throw denial(call.service, call.principal, `${sdk.service.iamPrefix}:${sdk.name}`, '*', 'implicitDeny');
      case 'fail':
        throw new AwsError(fault.code, fault.message, fault.httpStatus ?? 500);
      case 'delay':
        await this.environment.clock.sleep(fault.ms, call.signal);
    }
  }

  private operation(service: string, action: string): AnyOperation {
    const known = this.services.get(service);
    if (known === undefined) {
      throw new NotRehearsedError(`The service ${service}`);
    }
    const operation = known.operations[action];
    if (operation === undefined) {
      throw new NotRehearsedError(`${service}:${action}`);
    }
    return operation;
  }

  private note(call: AwsCall, sdk: SdkOperation, startedAt: number, outcome: string, message?: string): void {
    this.journal.write({
      at: startedAt,
      durationMs: this.environment.clock.now() - startedAt,
      principal: call.principal.arn,
      service: call.service,
      action: call.action,
      state: call.state,
      input: withoutSecrets(sdk.input, call.arguments),
      outcome,
      ...(message !== undefined && { message }),
    });
  }
}

/** Services compare a request with its model before they look at who asks. */
async function refuseInvalid(call: AwsCall, sdk: SdkOperation): Promise<void> {
  const problems = await checkArguments(sdk, call.arguments, 'client');
  if (problems.length > 0) {
    const text = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'}`;
    throw serviceError(call.service, 'invalid', `${count} detected: ${text}`);
  }
}
