import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { thinned } from '../svg/chart-data';
import { livePage } from './live-page';
import type { LiveAnswer, LivePicture } from './live-picture';

const HOST = '127.0.0.1';
/** A page that is open asks each second. */
const OPEN_MS = 3_000;

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** Shows a rehearsal to browsers of this machine, as it happens. */
export class LiveServer {
  private picture: (() => LivePicture) | undefined;
  private told: LivePicture | undefined;
  private ended: string | undefined;
  private askedAt = 0;
  private tellEnd: (() => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly page: string,
    /** Address and port. */
    private readonly host: string,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
    // A page that somebody leaves open keeps no rehearsal from ending.
    server.unref();
  }

  /** @param script of the page, as `pageScript` gives it */
  static async start(migration: string, script: string): Promise<LiveServer> {
    const server = createServer();
    server.listen(0, HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new LiveServer(server, livePage(migration, script), `${HOST}:${port}`);
  }

  get url(): string {
    return `http://${this.host}/`;
  }

  show(picture: () => LivePicture): void {
    this.picture = picture;
  }

  /** Tells pages that are open how it ended, and closes. */
  async end(how: string): Promise<void> {
    this.ended = how;
    if (Date.now() - this.askedAt < OPEN_MS) {
      const told = new Promise<void>((resolve) => {
        this.tellEnd = resolve;
      });
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([told, new Promise((resolve) => (timer = setTimeout(resolve, OPEN_MS)))]);
      clearTimeout(timer);
    }
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, type = 'text/plain', body } = this.answerTo(request);
    if (this.ended !== undefined) response.once('finish', () => this.tellEnd?.());
    const headers = { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
    response.writeHead(status, headers).end(body);
  }

  private answerTo({ method, url, headers }: IncomingMessage): Answer {
    // A name that others resolve to this machine must not let their pages read it.
    if (headers.host !== this.host) return { status: 403, body: `Ask ${this.url}` };
    if (method !== 'GET') return { status: 405, body: 'GET only' };
    if (url === '/') return { status: 200, type: 'text/html; charset=utf-8', body: this.page };
    if (url !== '/now') return { status: 404, body: `Nothing is here: see ${this.url}` };
    this.askedAt = Date.now();
    return { status: 200, type: 'application/json', body: JSON.stringify(this.now()) };
  }

  private now(): LiveAnswer {
    // Once it is over there is nobody left to ask.
    if (this.ended === undefined) this.told = this.picture?.();
    const { told } = this;
    return {
      ...(told !== undefined && { picture: { ...told, happened: thinned(told.happened) } }),
      ...(this.ended !== undefined && { ended: this.ended }),
    };
  }
}
