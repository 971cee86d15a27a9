import { type AgentError, type Cause, explain, TRANSPORT_CAUSES } from '../errors';
import { ACCESS_STRING } from './access-string';

const REDIS_CAUSES: readonly Cause[] = [
  {
    raw: /^(WRONGPASS|NOAUTH)|invalid password|AUTH failed|without any password configured/i,
    name: 'Agent.AccessDenied',
    says: 'refused the credentials: compare the secret in Secrets Manager with the AUTH token or ACL user of the cache',
  },
  {
    raw: /^NOPERM|no permissions to (run|access)/i,
    name: 'Agent.AccessDenied',
    says: `does not let this ACL user run a command that the agent needs: give the user the access string "${ACCESS_STRING}"`,
  },
  {
    raw: /^READONLY/i,
    name: 'Agent.TargetReadOnly',
    says: 'is a read-only replica: point the configuration at the primary endpoint',
  },
  {
    raw: /^OOM|command not allowed when used memory/i,
    name: 'Agent.TargetOutOfMemory',
    says: 'is out of memory: choose a node type with more memory, or raise maxmemory, and start again',
  },
  {
    raw: /^(MOVED|ASK|CLUSTERDOWN|CROSSSLOT)|cluster support/i,
    name: 'Agent.ClusterMode',
    says: 'is a cluster, but a single node was promised: use a cache with cluster mode disabled',
  },
  {
    raw: /unknown (sub)?command|unknown subcommand/i,
    name: 'Agent.CommandForbidden',
    says: 'does not know or does not allow a command that the agent needs: check the engine version and for renamed commands',
  },
  {
    raw: /^(LOADING|MASTERDOWN|BUSY\b)/i,
    name: 'Agent.Unreachable',
    says: 'is not ready: wait until it has loaded its data and runs no long script, and repeat',
  },
  ...TRANSPORT_CAUSES,
];

/** Names the cause and the remedy of whatever went wrong with `where` (host:port). An `AgentError` passes through. */
export function explainRedis(error: unknown, where: string): AgentError {
  return explain(error, where, REDIS_CAUSES);
}
