import { chmod, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { AgentErrorName, Progress } from '../../contract/common';
import { AgentError } from '../errors';
import type { Report } from '../verb';

/** A line from the service; the last one of a connection is a result or an error. */
export type LocalReply =
  | { readonly progress: Progress }
  | { readonly result: unknown }
  | { readonly error: { readonly name: AgentErrorName; readonly message: string } };

export interface LocalSocket {
  close(): Promise<void>;
}

const betweenProgressMs = 200;

/**
 * Lets a shell on this host ask the running service, which holds the replications: one JSON request a line and
 * connection. Only the user of the service, and root, may open it. A caller that goes away aborts its verb.
 */
export async function listenLocally(
  path: string,
  execute: (input: string, report: Report) => Promise<unknown>,
): Promise<LocalSocket> {
  await removeStale(path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    void serve(socket, execute);
  });
  await listen(server, path);
  await chmod(path, 0o600);
  return {
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(socket: Socket, execute: (input: string, report: Report) => Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  // A caller that is gone is told nothing; what it asked for ends.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => abort.abort(new AgentError('Agent.Failed', 'The caller went away.')));
  const send = (reply: LocalReply) => socket.write(`${JSON.stringify(reply)}\n`);
  const input = await firstLine(socket);
  if (input === undefined) return void socket.destroy();
  try {
    const result = await execute(input, { signal: abort.signal, progress: throttled(send) });
    send({ result });
  } catch (error) {
    const { name, message } = error instanceof AgentError ? error : new AgentError('Agent.Failed', String(error));
    send({ error: { name, message } });
  }
  socket.end();
}

function firstLine(socket: Socket): Promise<string | undefined> {
  const lines = createInterface({ input: socket });
  return new Promise((resolve) => {
    lines.once('line', resolve);
    socket.once('close', () => resolve(undefined));
  });
}

function throttled(send: (reply: LocalReply) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < betweenProgressMs) return;
    last = now;
    send({ progress });
  };
}

/** A service that was killed leaves its socket behind, and nobody can listen there again before it is removed. */
async function removeStale(path: string): Promise<void> {
  if (await answers(path)) {
    throw new AgentError(
      'Agent.BadRequest',
      `Another service is listening on ${path}: two would work on the same migration at once. Stop that one first.`,
    );
  }
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}
