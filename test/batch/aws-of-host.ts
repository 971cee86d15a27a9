import { createServer, type IncomingMessage, type Server } from 'node:http';

/**
 * What the program on a batch host asks: the metadata service of the instance, Systems Manager's parameters, Secrets Manager
 * and CloudWatch's metrics, over HTTP as the SDK and the program speak them.
 */
export class AwsOfHost {
  instanceId = 'i-0123456789abcdef0';
  readonly parameters = new Map<string, { readonly value: string; readonly since: Date }>();
  readonly secrets = new Map<string, string>();
  /** What a metric shows when it is asked for the next time; then what it showed last. */
  readonly values: (readonly number[])[] = [];
  /** Of each question about a metric. */
  readonly metricsAsked: object[] = [];
  readonly calls: string[] = [];
  /** Operations that fail, and how often yet. */
  readonly failing = new Map<string, number>();
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void this.answer(request).then(({ status = 200, body }) => {
        response.statusCode = status;
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(body);
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${this.port}`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${this.port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  private async answer(request: IncomingMessage): Promise<{ status?: number; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url === '/latest/api/token' && request.method === 'PUT') return { body: 'a-token' };
    if (request.url === '/latest/meta-data/instance-id') {
      const isAsked = request.headers['x-aws-ec2-metadata-token'] === 'a-token';
      return isAsked ? { body: this.instanceId } : { status: 401, body: '' };
    }
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    this.calls.push(operation);
    const left = this.failing.get(operation) ?? 0;
    this.failing.set(operation, left - 1);
    if (left > 0) return refusal('InternalServerError');
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as { Name?: string; SecretId?: string };
    if (operation === 'GetMetricData') return this.metric(asked);
    return operation === 'GetParameter' ? this.parameter(asked.Name ?? '') : this.secret(asked.SecretId ?? '');
  }

  private parameter(name: string) {
    const parameter = this.parameters.get(name);
    if (parameter === undefined) return refusal('ParameterNotFound');
    const { value, since } = parameter;
    return {
      body: JSON.stringify({ Parameter: { Name: name, Value: value, LastModifiedDate: since.getTime() / 1_000 } }),
    };
  }

  private metric(asked: object) {
    this.metricsAsked.push(asked);
    const [Values = []] = this.values.length > 1 ? this.values.splice(0, 1) : this.values;
    return { body: JSON.stringify({ MetricDataResults: [{ Id: 'asked', StatusCode: 'Complete', Values }] }) };
  }

  private secret(arn: string) {
    const text = this.secrets.get(arn);
    return text === undefined
      ? refusal('ResourceNotFoundException')
      : { body: JSON.stringify({ ARN: arn, SecretString: text }) };
  }
}

function refusal(type: string) {
  return { status: 400, body: JSON.stringify({ __type: type, message: type }) };
}
