import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Body = Record<string, unknown>;

/** An error as the services' JSON protocol answers it. */
class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

interface Task {
  readonly token: string;
  readonly input: string;
  readonly lapsesOnItsWay: boolean;
  state: 'scheduled' | 'started' | 'timed-out' | 'answered';
}

export interface Answer {
  readonly token: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** As long as the service holds a poll without a task; 60 s in reality. */
const pollMs = 1_000;

/**
 * The operations of Step Functions, SSM and Secrets Manager that the agent calls, over HTTP as the SDK speaks it:
 * answers and refusals as the API references have them.
 */
export class AwsEndpoint {
  readonly heartbeats: string[] = [];
  readonly answers: Answer[] = [];
  readonly parameters = new Map<string, string>();
  readonly secrets = new Map<string, string>();
  readonly calls: string[] = [];
  private readonly tasks: Task[] = [];
  private readonly polls = new Set<(task: Task | undefined) => void>();
  private readonly throttled = new Map<string, number>();
  private server: Server | undefined;
  private port = 0;
  private count = 0;

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** What makes an unmodified SDK client come here. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${this.port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  /** Schedules a task and gives its token. One that lapses on its way has timed out when the worker has it. */
  schedule(input: unknown, { lapsesOnItsWay = false } = {}): string {
    this.count += 1;
    const token = `token-${this.count}`;
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    this.tasks.push({ token, input: text, state: 'scheduled', lapsesOnItsWay });
    this.hand();
    return token;
  }

  /** The task's time or heartbeat has run out, or its execution was stopped. */
  lapse(token: string): void {
    const task = this.tasks.find((one) => one.token === token);
    if (task !== undefined) task.state = 'timed-out';
  }

  /** Answers the next calls of an operation with a throttle. */
  throttle(operation: string, times: number): void {
    this.throttled.set(operation, times);
  }

  /** Waits until no poll is left: as on AWS, a task may still be handed to one whose caller has gone. */
  async withoutPolls(): Promise<void> {
    while (this.polls.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async answerOf(token: string): Promise<Answer> {
    for (;;) {
      const answer = this.answers.find((one) => one.token === token);
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    this.calls.push(operation);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    try {
      const left = this.throttled.get(operation) ?? 0;
      this.throttled.set(operation, left - 1);
      if (left > 0) throw new Refusal('ThrottlingException', 'Rate exceeded');
      const result = await this.perform(operation, JSON.parse(Buffer.concat(chunks).toString()), response);
      response.end(JSON.stringify(result));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.statusCode = error.status;
      response.end(JSON.stringify({ __type: error.type, message: error.message }));
    }
  }

  private async perform(operation: string, body: Body, response: ServerResponse): Promise<Body> {
    switch (operation) {
      case 'GetActivityTask':
        return this.poll(response);
      case 'SendTaskHeartbeat':
        this.taskOf(body);
        this.heartbeats.push(String(body.taskToken));
        return {};
      case 'SendTaskSuccess':
        JSON.parse(String(body.output));
        return this.answer(body, { output: String(body.output) });
      case 'SendTaskFailure':
        return this.answer(body, { error: String(body.error), cause: String(body.cause) });
      case 'GetParameter':
        return { Parameter: { Name: body.Name, Type: 'String', Value: this.stored(this.parameters, body.Name) } };
      case 'GetSecretValue':
        return { ARN: body.SecretId, SecretString: this.secret(String(body.SecretId)) };
      default:
        throw new Refusal('UnknownOperationException', operation);
    }
  }

  private poll(response: ServerResponse): Promise<Body> {
    return new Promise((resolve) => {
      const settle = (task: Task | undefined) => {
        clearTimeout(timer);
        this.polls.delete(settle);
        resolve(task === undefined ? { taskToken: null, input: null } : { taskToken: task.token, input: task.input });
      };
      const timer = setTimeout(() => settle(undefined), pollMs);
      response.on('close', () => settle(undefined));
      this.polls.add(settle);
      this.hand();
    });
  }

  private hand(): void {
    for (const poll of this.polls) {
      const task = this.tasks.find(({ state }) => state === 'scheduled');
      if (task === undefined) return;
      task.state = task.lapsesOnItsWay ? 'timed-out' : 'started';
      poll(task);
    }
  }

  private taskOf({ taskToken }: Body): Task {
    const task = this.tasks.find(({ token }) => token === taskToken);
    if (task === undefined) throw new Refusal('InvalidToken', `Invalid Token: '${taskToken}'`);
    if (task.state === 'timed-out') {
      throw new Refusal('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
    }
    if (task.state === 'answered') throw new Refusal('TaskDoesNotExist', 'Task does not exist');
    return task;
  }

  private answer(body: Body, answer: Omit<Answer, 'token'>): Body {
    const task = this.taskOf(body);
    task.state = 'answered';
    this.answers.push({ token: task.token, ...answer });
    return {};
  }

  private stored(store: ReadonlyMap<string, string>, name: unknown): string {
    const value = store.get(String(name));
    if (value === undefined) throw new Refusal('ParameterNotFound', 'Parameter not found.');
    return value;
  }

  private secret(arn: string): string {
    const value = this.secrets.get(arn);
    if (value === undefined) {
      throw new Refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return value;
  }
}
