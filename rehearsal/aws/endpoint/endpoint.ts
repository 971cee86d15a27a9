import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../aws-error';
import { AwsCallError, callError } from '../call-error';
import type { ControlPlane } from '../control-plane';
import type { Principal } from '../policy';
import { SDK_SERVICES, type SdkServiceNames } from '../sdk-schemas';
import { type AwsCredentials, IssuedCredentials, readSignature } from './credentials';
import type { Wire, WireRequest, WireResponse } from './wire';
import { WIRES } from './wires';

export interface EndpointProps {
  readonly plane: ControlPlane;
  /**
   * Told of what is no AWS error: something that cannot be rehearsed, or a fault of the fake itself. The client sees
   * a 500.
   */
  readonly onFault: (error: unknown) => void;
}

/**
 * The control plane for unmodified AWS SDKs: `AWS_ENDPOINT_URL=<url>`. On 127.0.0.1 alone, on a port that the system
 * chooses. The service is the one a request is signed for.
 */
export class AwsEndpoint {
  private readonly server: Server;
  private readonly credentials: IssuedCredentials;

  constructor(private readonly props: EndpointProps) {
    this.credentials = new IssuedCredentials(props.plane.environment.ids);
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        props.onFault(error);
        send(response, { status: 500, headers: { 'content-type': 'text/plain' }, body: messageOf(error) });
      });
    });
  }

  /** Resolves with the URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Cuts what is connected, long polls too. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }

  /** Credentials under which a client acts as that principal. */
  credentialsFor(principal: Principal): AwsCredentials {
    return this.credentials.issue(principal);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const received = await receive(request);
    const signature = readSignature(received.headers.authorization);
    const service = SDK_SERVICES.find(({ signingName }) => signingName === signature?.signingName);
    const wire = service === undefined ? undefined : WIRES[service.identifier];
    if (signature === undefined || service === undefined || wire === undefined) {
      throw new Error(
        `A request for ${signature?.signingName ?? 'no service (it is not signed)'} reached the rehearsal; it serves ${Object.keys(WIRES).join(', ')}.`,
      );
    }
    const principal = this.credentials.principalOf(signature.accessKeyId);
    try {
      if (principal === undefined) {
        throw await this.refusal(
          service,
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
          403,
        );
      }
      send(response, await this.answer(service, wire, received, principal, gone.signal));
    } catch (error) {
      if (!(error instanceof AwsCallError)) {
        throw error;
      }
      send(response, wire.writeError(error));
    }
  }

  private async answer(
    service: SdkServiceNames,
    wire: Wire,
    received: WireRequest,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<WireResponse> {
    const decoded = await wire.read(service, received).catch(async (error: unknown) => {
      throw await this.refusal(service, 'SerializationException', messageOf(error), 400);
    });
    if (decoded === undefined) {
      throw await this.refusal(
        service,
        'UnknownOperationException',
        `${service.serviceId} has no such operation: ${received.headers['x-amz-target'] ?? `${received.method} ${received.path}`}`,
        404,
      );
    }
    const output = await this.props.plane.call({
      service: service.identifier,
      action: decoded.operation.action,
      arguments: decoded.input,
      principal,
      signal,
    });
    return wire.write(decoded.operation, output, this.props.plane.environment.ids.uuid());
  }

  private refusal(service: SdkServiceNames, code: string, message: string, httpStatus: number): Promise<AwsCallError> {
    return callError(service, new AwsError(code, message, httpStatus), this.props.plane.environment.ids.uuid());
  }
}

async function receive(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]);
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (!response.writableEnded && !response.destroyed) {
    response.writeHead(status, headers).end(body);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
