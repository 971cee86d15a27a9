import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { AgentRequest } from '../../contract/agent';
import { AgentError } from '../errors';
import type { LocalReply } from '../service/local-socket';
import type { Report } from '../verb';

/** Whether a service runs on this host that can be asked. Rejects where it is not this user's to ask. */
export async function serviceRuns(path: string): Promise<boolean> {
  try {
    (await open(path)).destroy();
    return true;
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.Unreachable') return false;
    throw error;
  }
}

/** Has the running service of this host do it. Rejects with an `AgentError`, the service's own or that there is none. */
export async function askService(path: string, request: AgentRequest, report: Report): Promise<unknown> {
  const socket = await open(path);
  const hangUp = () => socket.destroy();
  report.signal.addEventListener('abort', hangUp, { once: true });
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const lines = createInterface({ input: socket });
    // Left to itself it waits for the stream's end, which a connection that was cut off never has.
    socket.once('close', () => lines.close());
    for await (const line of lines) {
      const reply: LocalReply = JSON.parse(line);
      if ('progress' in reply) report.progress(reply.progress);
      else if ('error' in reply) throw new AgentError(reply.error.name, reply.error.message);
      else return reply.result;
    }
    report.signal.throwIfAborted();
    throw new AgentError('Agent.Stopped', 'The service ended before it had answered: see its log, and ask again.');
  } finally {
    report.signal.removeEventListener('abort', hangUp);
    socket.destroy();
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => reject(notThere(path, error)));
  });
}

function notThere(path: string, error: NodeJS.ErrnoException): AgentError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new AgentError('Agent.AccessDenied', `${path} is open to the user of the service and to root: use sudo.`, {
      cause: error,
    });
  }
  return new AgentError(
    'Agent.Unreachable',
    `The service, which holds the replications, does not run on this host (${path}: ${error.code}): ` +
      'start it with "systemctl start cutover-agent", or look on the other hosts of the migration.',
    { cause: error },
  );
}
