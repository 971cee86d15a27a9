import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ProcessHook } from './host-process';

/** What a program on the host's PATH answers with. */
export interface ToolAnswer {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A tool of the host that this process answers for, by its arguments. */
export type HostTool = (args: readonly string[]) => Promise<ToolAnswer>;

/**
 * Where the small programs on a host's PATH reach this process. A line says what is wanted: `process <name>` holds the
 * connection as long as that process lives; `tool <name> <arguments>`, in base64, gets one answer.
 */
export class ControlServer {
  private readonly sockets = new Set<Socket>();
  private readonly ending: Promise<void>[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly tools: Readonly<Record<string, HostTool>>,
    private readonly hooks: ReadonlyMap<string, ProcessHook>,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  static async start(
    tools: Readonly<Record<string, HostTool>>,
    hooks: ReadonlyMap<string, ProcessHook>,
    onFault: (fault: unknown) => void,
  ): Promise<ControlServer> {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The control server has no port.');
    const control = new ControlServer(server, address.port, tools, hooks, onFault);
    server.on('connection', (socket) => control.accept(socket));
    return control;
  }

  /** Every process that still stands for something of the rehearsal is over. */
  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.ending);
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A process that is killed resets its connection; `close` follows.
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket });
    lines.once('line', (line) => {
      const [kind, name = '', ...words] = line.split(' ');
      const work = kind === 'process' ? this.hold(name, socket, lines) : this.answer(name, words, socket);
      work.catch((fault: unknown) => {
        socket.destroy();
        this.onFault(fault);
      });
    });
  }

  private async hold(name: string, socket: Socket, lines: NodeJS.EventEmitter): Promise<void> {
    const hook = this.hooks.get(name);
    if (hook === undefined) throw new Error(`No process of the rehearsal is called ${name}.`);
    const over = new Promise<void>((resolve) => {
      lines.once('line', () => resolve());
      socket.once('close', () => resolve());
    });
    const held = (async () => {
      await hook.start();
      await over;
      await hook.stop();
    })();
    this.ending.push(held.catch(() => undefined));
    await held;
    socket.end();
  }

  private async answer(name: string, words: readonly string[], socket: Socket): Promise<void> {
    const tool = this.tools[name];
    if (tool === undefined) throw new Error(`The host has no tool ${name}.`);
    const {
      exitCode,
      stdout = '',
      stderr = '',
    } = await tool(words.map((word) => Buffer.from(word, 'base64').toString()));
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    // A dash keeps the fields apart where there is no text.
    socket.end(`${exitCode} ${encoded(stdout) || '-'} ${encoded(stderr) || '-'}\n`);
  }
}
