import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

/** A request to an endpoint, read whole. */
export interface EndpointRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface EndpointAnswer {
  readonly status: number;
  /** Sent as JSON; undefined: no body. */
  readonly json?: unknown;
  /** Sent as it is, in its place. */
  readonly text?: string;
}

/** A real HTTP server on the loopback that stands for somebody's API. */
export class LocalEndpoint {
  private constructor(
    private readonly server: Server,
    /** e.g. `http://127.0.0.1:40123`. */
    readonly origin: string,
  ) {}

  static async start(answer: (request: EndpointRequest) => EndpointAnswer | Promise<EndpointAnswer>) {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', async () => {
        const request = {
          method: incoming.method ?? '',
          url: new URL(incoming.url ?? '/', 'http://endpoint'),
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(),
        };
        const {
          status,
          json,
          text: plain,
        } = await Promise.resolve(request)
          .then(answer)
          .catch((error: Error): EndpointAnswer => ({ status: 500, json: { errors: [error.message] } }));
        const text = json === undefined ? plain : JSON.stringify(json);
        const type = json === undefined ? 'text/plain' : 'application/json';
        outgoing.writeHead(status, text === undefined ? {} : { 'content-type': type }).end(text);
      });
    });
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The endpoint has no port.');
    return new LocalEndpoint(server, `http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
