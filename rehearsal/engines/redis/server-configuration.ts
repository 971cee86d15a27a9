import { compareVersions, type Engine } from '../engine';

/** A user of the access control lists (Redis 6.0 and later). */
export interface AclUser {
  readonly name: string;
  /** @default - none is asked for */
  readonly password?: string;
  /** As in `ACL SETUSER`, e.g. `~* &* +@all -@dangerous`. Redis 6.0 knows no `&` (channels). */
  readonly rules: string;
}

/** PEM texts. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

export interface ServerOptions {
  /** @default - a free one */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Of the default user (`requirepass`). @default - none */
  readonly password?: string;
  /** @default - none */
  readonly users?: readonly AclUser[];
  /** TLS instead of plain TCP on the port; client certificates are not asked for, as on ElastiCache. @default - plain */
  readonly tls?: ServerTls;
  /** Bytes. @default - no limit */
  readonly maxmemory?: number;
  /** e.g. `volatile-lru`, ElastiCache's default. @default - the engine's (`noeviction`) */
  readonly maxmemoryPolicy?: string;
  /** e.g. `AKE`. @default - no keyspace events, as on ElastiCache */
  readonly notifyKeyspaceEvents?: string;
  /** Logical databases. @default 16 */
  readonly databases?: number;
  /** Command to its new name; an empty name removes it, as ElastiCache does with its restricted commands. @default - none */
  readonly renamedCommands?: Readonly<Record<string, string>>;
  /** A snapshot to start from. @default - empty */
  readonly rdbFile?: string;
  /** The primary to follow. @default - is a primary */
  readonly replicaOf?: { readonly host: string; readonly port: number; readonly password?: string };
  /** Cluster mode, without slots: they are for the caller to assign. @default false */
  readonly clusterEnabled?: boolean;
  /** Whether data outlives `stop` and `restart` (never `kill`). @default false, as with a cache node */
  readonly persist?: boolean;
  /** Further directives of the configuration file. @default - none */
  readonly directives?: Readonly<Record<string, string>>;
}

/** The file names that `serverConfiguration` refers to, in the server's own folder. */
export const FILES = {
  configuration: 'server.conf',
  certificate: 'certificate.pem',
  key: 'key.pem',
  authority: 'authority.pem',
  snapshot: 'dump.rdb',
} as const;

/**
 * The configuration file. A file and not arguments: arguments, passwords among them, stand in the process list.
 *
 * @throws where an option cannot be written into the file.
 */
export function serverConfiguration(
  { engine, version }: Pick<Engine, 'engine' | 'version'>,
  options: ServerOptions,
  host: string,
  port: number,
  folder: string,
): string {
  const lines: string[] = [];
  const set = (directive: string, ...values: readonly (string | number)[]) =>
    lines.push([directive, ...values.map(quoted)].join(' '));

  set('bind', host);
  set('port', options.tls ? 0 : port);
  // Clients come from all of 127.0.0.0/8, of which protected mode, which came with 3.2, knows 127.0.0.1 only.
  if (engine === 'valkey' || compareVersions(version, '3.2') >= 0) set('protected-mode', 'no');
  set('dir', folder);
  set('daemonize', 'no');
  set('logfile', '');
  set('dbfilename', FILES.snapshot);
  set('appendonly', 'no');
  // A save point that is never due: on SIGTERM a server writes a snapshot if it has any save point, else none.
  if (options.persist) set('save', 31_536_000, 2_000_000_000);
  else lines.push('save ""');
  // A replica attaches at once instead of after five seconds.
  set('repl-diskless-sync-delay', 0);

  if (options.tls) {
    set('tls-port', port);
    set('tls-cert-file', FILES.certificate);
    set('tls-key-file', FILES.key);
    set('tls-ca-cert-file', FILES.authority);
    set('tls-auth-clients', 'no');
  }
  if (options.password !== undefined) set('requirepass', options.password);
  for (const { name, password, rules } of options.users ?? [])
    lines.push(`user ${name} on ${password === undefined ? 'nopass' : `>${aclWord(password)}`} ${rules}`);
  if (options.maxmemory !== undefined) set('maxmemory', options.maxmemory);
  if (options.maxmemoryPolicy !== undefined) set('maxmemory-policy', options.maxmemoryPolicy);
  if (options.notifyKeyspaceEvents !== undefined) set('notify-keyspace-events', options.notifyKeyspaceEvents);
  if (options.databases !== undefined) set('databases', options.databases);
  if (options.clusterEnabled) set('cluster-enabled', 'yes');
  if (options.replicaOf) {
    set('replicaof', options.replicaOf.host, options.replicaOf.port);
    if (options.replicaOf.password !== undefined) set('masterauth', options.replicaOf.password);
  }
  for (const [command, name] of Object.entries(options.renamedCommands ?? {})) set('rename-command', command, name);
  for (const [directive, value] of Object.entries(options.directives ?? {})) set(directive, value);
  return `${lines.join('\n')}\n`;
}

function quoted(value: string | number): string {
  const text = String(value);
  if (/[\r\n]/.test(text)) throw new Error('A directive of a server configuration cannot hold a line break.');
  return /^[\w./:*@+-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function aclWord(password: string): string {
  if (/[\s"'\\]/.test(password)) {
    throw new Error(
      'The password of an ACL user cannot hold blanks, quotes or backslashes: its rules are split at blanks.',
    );
  }
  return password;
}
