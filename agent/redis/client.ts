import { connect, isIP } from 'node:net';
import { Redis, ReplyError } from 'ioredis';
import { AnswerLimit } from '../answer-limit';
import { AgentError } from '../errors';
import { address, type ResolvedEndpoint } from './endpoint';
import { explainRedis } from './explain';
import { Info } from './info';
import { CLIENT_NAME } from './resp/connection';

const connectTimeoutMs = 5_000;
const replyTimeoutMs = 15_000;
/** The list of clients is the longest answer: 65,000 of them take about 25 MB. Big values go by the data path. */
const MAX_ANSWER = 64 * 2 ** 20;

/**
 * A connection for ordinary commands. The data path has its own, made for throughput; this one is ioredis, with what
 * it does by itself turned off: no HELLO (unknown before 6.0), no reconnect and no queue, for a verb that lost its
 * server must say so instead of acting on whichever server answers next.
 */
export class Client {
  private constructor(
    private readonly redis: Redis,
    private readonly answer: AnswerLimit,
    private readonly endpoint: ResolvedEndpoint,
  ) {}

  /** Connects, authenticates and names the connection. Rejects with an `AgentError`. */
  static async open(endpoint: ResolvedEndpoint, purpose: string): Promise<Client> {
    const redis = new Redis({
      host: endpoint.host,
      port: endpoint.port,
      ...(endpoint.tls ? { tls: { servername: serverName(endpoint), ca: endpoint.ca } } : {}),
      protocol: 2,
      lazyConnect: true,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      retryStrategy: null,
      connectTimeout: connectTimeoutMs,
      commandTimeout: replyTimeoutMs,
    });
    // connect() rejects with "Connection is closed."; why it was closed comes as an event before.
    let reason: Error | undefined;
    redis.on('error', (error: Error) => {
      reason = error;
    });
    let reached = false;
    const answer = new AnswerLimit(MAX_ANSWER);
    redis.once('connect', () => {
      reached = true;
      answer.watch(redis.stream);
    });
    try {
      await redis.connect();
      await introduce(redis, endpoint, purpose);
      return new Client(redis, answer, endpoint);
    } catch (error) {
      redis.disconnect();
      const silent = reached ? !(error instanceof ReplyError) : await isSilentOverTls(endpoint, reason);
      if (silent) throw notSpeaking(endpoint, error);
      throw explainRedis(readable(reason ?? error), address(endpoint));
    }
  }

  /** Runs one command. Rejects with an `AgentError`. */
  async call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    this.answer.begin();
    try {
      return await this.redis.call(command, ...args);
    } catch (error) {
      throw explainRedis(readable(error), address(this.endpoint));
    }
  }

  async text(command: string, ...args: readonly (string | number)[]): Promise<string> {
    return String(await this.call(command, ...args));
  }

  /** Runs the commands in one go; the first error reply that does not match `unless` rejects. */
  async batch(commands: readonly (readonly string[])[], { unless }: { readonly unless: RegExp }): Promise<void> {
    this.answer.begin();
    const outcomes = await Promise.allSettled(
      commands.map(([command = '', ...args]) => this.redis.call(command, ...args)),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled' || unless.test(String(outcome.reason))) continue;
      throw explainRedis(readable(outcome.reason), address(this.endpoint));
    }
  }

  /** Whether the server has this logical database. Back in database 0 afterwards, where every other call runs. */
  async hasDatabase(database: number): Promise<boolean> {
    try {
      await this.call('SELECT', database);
      return true;
    } catch (error) {
      if (error instanceof AgentError && error.name !== 'Agent.Unreachable') return false;
      throw error;
    } finally {
      await this.call('SELECT', 0);
    }
  }

  async info(section: string): Promise<Info> {
    return new Info(await this.text('INFO', section));
  }

  close(): void {
    this.redis.disconnect();
  }
}

/** By hand rather than by option: ioredis only warns, on the console, when a server wants no password or no user name. */
async function introduce(redis: Redis, { username, password }: ResolvedEndpoint, purpose: string): Promise<void> {
  if (password !== undefined) {
    await redis.call('AUTH', ...(username === undefined ? [password] : [username, password]));
  }
  await redis.call('CLIENT', 'SETNAME', `${CLIENT_NAME}:${purpose}`);
}

/** RFC 6066 forbids addresses as a server name. */
function serverName({ host, serverName }: ResolvedEndpoint): string | undefined {
  return serverName ?? (isIP(host) === 0 ? host : undefined);
}

/** A plain port that is sent a TLS greeting takes it for the beginning of a command, and waits for its end forever. */
async function isSilentOverTls({ tls, host, port }: ResolvedEndpoint, reason: Error | undefined): Promise<boolean> {
  if (!tls || !reason?.message.includes('ETIMEDOUT')) return false;
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectTimeoutMs });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** A plain connection to a TLS port is accepted, then closed or answered with a TLS alert: neither says "TLS". */
function notSpeaking(endpoint: ResolvedEndpoint, error: unknown): AgentError {
  return new AgentError(
    'Agent.Unreachable',
    `${address(endpoint)} accepted the connection but did not speak Redis over ${endpoint.tls ? 'TLS' : 'plain TCP'}: ` +
      "compare transit encryption of the cache with the configuration, and check that the port is the engine's.",
    { cause: error },
  );
}

/** ioredis's own words for a lost connection and for silence, in those that `explain` knows. */
function readable(error: unknown): unknown {
  const said = error instanceof Error ? error.message : '';
  if (said === 'Command timed out') return new Error(`did not answer within ${replyTimeoutMs} ms`, { cause: error });
  if (/^Connection is closed|isn't writeable/.test(said)) {
    return new Error('the connection was closed by the server', { cause: error });
  }
  return error;
}

/** Opens a client for as long as `use` runs. */
export async function withClient<T>(
  endpoint: ResolvedEndpoint,
  purpose: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await Client.open(endpoint, purpose);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
