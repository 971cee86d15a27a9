import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  GetEventSourceMappingRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  PutFunctionConcurrencyRequest,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, NotRehearsedError } from '../aws-error';
import { Changes } from '../changes';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import { type EventSourceMapping, EventSourceMappings } from './event-source-mappings';
import { functionArn, parseFunctionName } from './function-name';
import { Functions, type LambdaFunction } from './functions';

export interface LambdaProps {
  readonly environment: AwsEnvironment;
  /** How many executions the account may have at once. @default 1000 */
  readonly concurrencyLimit?: number;
  /** How long a change of an event source mapping takes at least. Milliseconds. @default 0 */
  readonly mappingChangeMs?: number;
  /** Follows a mapping whose pollers start or stop: it changes no further before. @default - nobody does */
  readonly onMappingChange?: (mapping: EventSourceMapping, enabled: boolean) => Promise<void>;
  /** Follows a reservation; undefined is none, and 0 lets nothing run. @default - nobody does */
  readonly onConcurrencyChange?: (functionName: string, reserved: number | undefined) => Promise<void>;
}

/** ListEventSourceMappings gives no more a page, whatever it is asked for. */
const MAX_MAPPINGS = 100;
/** ListFunctions gives no more a page. @see docs/aws-facts.md#lambda-list-functions */
const MAX_FUNCTIONS = 50;
/** What UpdateEventSourceMapping can be asked for here. */
const CHANGEABLE = ['UUID', 'Enabled'];

/** Lambda, as far as a function is kept from running: event source mappings and reserved concurrency. */
export class Lambda implements AwsService {
  readonly identifier = 'lambda';
  readonly functions: Functions;
  readonly mappings: EventSourceMappings;
  private readonly changes: Changes;

  constructor(private readonly props: LambdaProps) {
    const { environment } = props;
    this.changes = new Changes(environment.clock);
    this.functions = new Functions({ environment, concurrencyLimit: props.concurrencyLimit ?? 1000 });
    this.mappings = new EventSourceMappings({
      environment,
      changes: this.changes,
      changeMs: props.mappingChangeMs ?? 0,
      onChange: async (mapping, enabled) => props.onMappingChange?.(mapping, enabled),
    });
  }

  /** Resolves when the rehearsal has followed every change; rejects with the first failure. */
  settled(): Promise<void> {
    return this.changes.settled();
  }

  /** Whether an invocation of the mapping may be under way. @throws AwsError where there is no such mapping */
  mayInvoke(uuid: string): boolean {
    const { timeoutSeconds } = this.functions.require(this.mappings.functionOf(uuid) ?? '');
    return this.mappings.mayInvoke(uuid, timeoutSeconds * 1_000);
  }

  /**
   * Messages come to a queue that a mapping polls for a function that may not run: whether they use up their tries.
   *
   * @see docs/aws-facts.md#lambda-throttled-batches
   */
  burnsTries(uuid: string): boolean {
    const { reservedConcurrency } = this.functions.require(this.mappings.functionOf(uuid) ?? '');
    return reservedConcurrency === 0 && this.mappings.mayInvoke(uuid, 0);
  }

  readonly operations = {
    listEventSourceMappings: {
      needs: () => [{ action: 'lambda:ListEventSourceMappings', resources: ['*'] }],
      run: (request) => this.listMappings(request),
    } satisfies Operation<ListEventSourceMappingsRequest, ListEventSourceMappingsResponse>,
    getEventSourceMapping: {
      needs: ({ UUID }) => [this.mappingNeed('GetEventSourceMapping', UUID)],
      run: ({ UUID = '' }) => this.mappings.describe(UUID),
    } satisfies Operation<GetEventSourceMappingRequest, EventSourceMappingConfiguration>,
    updateEventSourceMapping: {
      needs: ({ UUID }) => [this.mappingNeed('UpdateEventSourceMapping', UUID)],
      run: (request) => this.updateMapping(request),
    } satisfies Operation<UpdateEventSourceMappingRequest, EventSourceMappingConfiguration>,
    listFunctions: {
      needs: () => [{ action: 'lambda:ListFunctions', resources: ['*'] }],
      run: ({ Marker, MaxItems = MAX_FUNCTIONS }) => {
        const refuse = () => new AwsError('InvalidParameterValueException', 'The Marker is not valid.');
        const { items, next } = page(this.functions.all(), Marker, Math.min(MaxItems, MAX_FUNCTIONS), refuse);
        const Functions = items.map(({ name, more }) => ({ ...this.configuration(name, undefined), ...more }));
        return { Functions, ...(next !== undefined && { NextMarker: next }) };
      },
    } satisfies Operation<ListFunctionsRequest, ListFunctionsResponse>,
    getFunction: {
      needs: ({ FunctionName }) => [this.functionNeed('GetFunction', FunctionName)],
      run: (request) => this.getFunction(request),
    } satisfies Operation<GetFunctionRequest, GetFunctionResponse>,
    getFunctionConfiguration: {
      needs: ({ FunctionName }) => [this.functionNeed('GetFunctionConfiguration', FunctionName)],
      run: ({ FunctionName: text = '', Qualifier: qualifier }) => this.configuration(text, qualifier),
    } satisfies Operation<GetFunctionConfigurationRequest, FunctionConfiguration>,
    getFunctionConcurrency: {
      needs: ({ FunctionName }) => [this.functionNeed('GetFunctionConcurrency', FunctionName)],
      run: ({ FunctionName = '' }) => describeConcurrency(this.functions.require(FunctionName)),
    } satisfies Operation<GetFunctionConcurrencyRequest, Concurrency>,
    putFunctionConcurrency: {
      needs: ({ FunctionName }) => [this.functionNeed('PutFunctionConcurrency', FunctionName)],
      run: ({ FunctionName = '', ReservedConcurrentExecutions: executions = 0 }) => {
        const changed = this.functions.reserve(FunctionName, executions);
        this.followConcurrency(changed);
        return describeConcurrency(changed);
      },
    } satisfies Operation<PutFunctionConcurrencyRequest, Concurrency>,
    deleteFunctionConcurrency: {
      needs: ({ FunctionName }) => [this.functionNeed('DeleteFunctionConcurrency', FunctionName)],
      run: ({ FunctionName = '' }) => {
        this.followConcurrency(this.functions.release(FunctionName));
        return {};
      },
    } satisfies Operation<DeleteFunctionConcurrencyRequest, object>,
  };

  private listMappings(request: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
    const { FunctionName: name, EventSourceArn: source, MaxItems: size = MAX_MAPPINGS } = request;
    if (name !== undefined) {
      this.functions.require(name);
    }
    const arn = name === undefined ? undefined : functionArn(this.props.environment, parseFunctionName(name));
    const matching = this.mappings
      .all()
      .filter(
        (mapping) =>
          (arn === undefined || mapping.functionArn === arn) &&
          (source === undefined || mapping.eventSourceArn === source),
      );
    const { items, next } = page(
      matching,
      request.Marker,
      Math.min(size, MAX_MAPPINGS),
      () => new AwsError('InvalidParameterValueException', 'The Marker is not valid.'),
    );
    return {
      EventSourceMappings: items.map(({ uuid }) => this.mappings.describe(uuid)),
      ...(next !== undefined && { NextMarker: next }),
    };
  }

  private updateMapping(request: UpdateEventSourceMappingRequest): EventSourceMappingConfiguration {
    const other = Object.keys(request).find((member) => !CHANGEABLE.includes(member));
    if (other !== undefined) {
      throw new NotRehearsedError(`UpdateEventSourceMapping with ${other}`);
    }
    const { UUID: uuid = '', Enabled: enabled } = request;
    this.mappings.update(uuid, enabled);
    return this.mappings.describe(uuid);
  }

  private getFunction({ FunctionName: text = '', Qualifier: qualifier }: GetFunctionRequest): GetFunctionResponse {
    const found = this.functions.require(text);
    return {
      Configuration: this.configuration(text, qualifier),
      ...(found.reservedConcurrency !== undefined && { Concurrency: describeConcurrency(found) }),
    };
  }

  private configuration(text: string, given: string | undefined): FunctionConfiguration {
    const { name, timeoutSeconds } = this.functions.require(text);
    const qualifier = given ?? parseFunctionName(text).qualifier;
    return {
      FunctionName: name,
      FunctionArn: functionArn(this.props.environment, { name, qualifier }),
      Version: qualifier ?? '$LATEST',
      Timeout: timeoutSeconds,
      State: 'Active',
      LastUpdateStatus: 'Successful',
    };
  }

  private followConcurrency({ name, reservedConcurrency }: LambdaFunction): void {
    this.changes.start(0, async () => this.props.onConcurrencyChange?.(name, reservedConcurrency));
  }

  private mappingNeed(action: string, uuid = '*'): Need {
    return {
      action: `lambda:${action}`,
      resources: [arnOf(this.props.environment, 'lambda', `event-source-mapping:${uuid}`)],
      context: { 'lambda:FunctionArn': this.mappings.functionOf(uuid) },
    };
  }

  private functionNeed(action: string, text = '*'): Need {
    const { name } = parseFunctionName(text);
    return {
      action: `lambda:${action}`,
      resources: [functionArn(this.props.environment, { name, qualifier: undefined })],
    };
  }
}

/** Of a function without a reservation nothing is said. */
const describeConcurrency = ({ reservedConcurrency }: LambdaFunction): Concurrency =>
  reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
