import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an instance asks for itself: its ID. IMDSv2: without a token nothing is answered. */
export class MetadataService {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(instanceId: string): Promise<MetadataService> {
    const server = createServer((request, response) => answer(instanceId, request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MetadataService(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const TOKEN = 'token-of-the-rehearsal';

function answer(instanceId: string, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'PUT' && request.url === '/latest/api/token') {
    response.end(TOKEN);
  } else if (request.headers['x-aws-ec2-metadata-token'] !== TOKEN) {
    response.writeHead(401).end();
  } else if (request.url === '/latest/meta-data/instance-id') {
    response.end(instanceId);
  } else {
    response.writeHead(404).end();
  }
}
