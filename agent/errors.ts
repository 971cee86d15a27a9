import { isNativeError } from 'node:util/types';
import type { AgentErrorName } from '../contract/common';
import { withoutArguments } from './log';

/**
 * A failure as the operator and the state machine see it: `name` is what a Catch matches on, `message` is one sentence
 * with the cause and the remedy. It never carries a credential, a key or a value.
 */
export class AgentError extends Error {
  override readonly name: AgentErrorName;

  constructor(name: AgentErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** What a server's error reply or a socket's error means. */
export interface Cause {
  readonly raw: RegExp;
  readonly name: AgentErrorName;
  /** Goes on from "host:port …". */
  readonly says: string;
}

/** What a socket says, whatever is spoken over it. */
export const TRANSPORT_CAUSES: readonly Cause[] = [
  {
    raw: /sent more than .* (in one answer|and let nobody in)/,
    name: 'Agent.Unreachable',
    says: "does not answer as its engine does, and was hung up on: check that host and port are the engine's own, and that no proxy stands between",
  },
  {
    raw: /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|connection (was )?(closed|lost|timed out)|did not answer/i,
    name: 'Agent.Unreachable',
    says: 'cannot be reached: check host, port, security groups, that the engine is up, that TLS is on at both ends or at neither, and, where its stack has replaced it since, that the migration was deployed after that',
  },
  {
    raw: /certificate|altname|self[- ]signed|SSL|TLS|wrong version number|unexpected protocol byte/i,
    name: 'Agent.Unreachable',
    says: 'cannot be spoken to over the configured transport: check that TLS is on at both ends or at neither, and that the certificate carries the configured server name',
  },
];

/**
 * Names the cause and the remedy of whatever went wrong with `where` (host:port). An `AgentError` passes through.
 *
 * @param causes the first whose pattern matches the raw text decides
 */
export function explain(error: unknown, where: string, causes: readonly Cause[]): AgentError {
  if (error instanceof AgentError) return error;
  const raw = describe(error);
  const cause = causes.find((candidate) => candidate.raw.test(raw));
  if (cause === undefined) {
    return new AgentError('Agent.Failed', `${where} failed: ${raw}. Read the log of the agent and start again.`, {
      cause: error,
    });
  }
  return new AgentError(cause.name, `${where} ${cause.says} (it said: ${raw}).`, { cause: error });
}

function describe(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  // Node reports several refused addresses of one name as an AggregateError with an empty message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join('; ');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = withoutArguments(error.message);
  return message.includes(code) ? message : `${code} ${message}`;
}
