import type { Session } from './session';

/** MariaDB's name of a privilege that it has renamed. */
const RENAMED = new Map([['BINLOG MONITOR', 'REPLICATION CLIENT']]);

/** What the agent's own user may do. */
export interface Grants {
  readonly all: boolean;
  readonly everywhere: ReadonlySet<string>;
  /** Databases of partial revokes, as the server quotes them. */
  readonly revoked: readonly string[];
  /** Whether a procedure of the database `mysql` may be called. */
  readonly mayCall: (procedure: string) => boolean;
}

/** Those of the roles that are active are among them. */
export async function grantsOf(session: Session): Promise<Grants> {
  const lines = (await session.query('SHOW GRANTS')).flatMap((row) => Object.values(row).map(String));
  const everywhere = lines.flatMap((line) => {
    const [, privileges = ''] = /^GRANT (.+?) ON \*\.\* TO /.exec(line) ?? [];
    return privileges.split(', ').filter((privilege) => privilege !== '');
  });
  return {
    all: everywhere.includes('ALL PRIVILEGES'),
    everywhere: new Set(everywhere.map((privilege) => RENAMED.get(privilege) ?? privilege)),
    mayCall: (procedure) => lines.some((line) => executes(line, procedure)),
    revoked: lines.flatMap((line) => /^REVOKE .+? ON (`(?:[^`]|``)+`)\.\* FROM /.exec(line)?.slice(1, 2) ?? []),
  };
}

/** By a grant on everything, on databases whose names match, or on the procedure itself. */
function executes(line: string, procedure: string): boolean {
  const [, privileges = '', kind = '', database = '', name = ''] =
    /^GRANT (.+?) ON (PROCEDURE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) TO /.exec(line) ?? [];
  if (!privileges.split(', ').some((privilege) => ['EXECUTE', 'ALL PRIVILEGES'].includes(privilege))) return false;
  if (kind !== '') return database === '`mysql`' && name.toLowerCase() === `\`${procedure}\``;
  return name === '*' && (database === '*' || isLike('mysql', database.slice(1, -1)));
}

/** A database in a grant is a pattern, as that of LIKE. */
function isLike(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\\?[%_]|[^\w%_]/g, (part) => {
    if (part === '%') return '.*';
    return part === '_' ? '.' : `\\${part.slice(-1)}`;
  });
  return new RegExp(`^${source}$`).test(name);
}
