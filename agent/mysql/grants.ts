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
  /** Whether it may call every procedure of the database `mysql`, those that come with a later version too. */
  readonly mayCallAll: boolean;
  /** What it may do on single databases, tables and routines, and hand on to others. */
  readonly besides: readonly Grant[];
}

/** As one line of SHOW GRANTS has it. */
export interface Grant {
  readonly privileges: readonly string[];
  /** `shop`.*, `shop`.`orders`, PROCEDURE `mysql`.`rds_kill`; *.* of what it may hand on. */
  readonly on: string;
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
    mayCallAll: lines.some((line) => executes(line, undefined)),
    besides: lines.flatMap(besidesOf),
    revoked: lines.flatMap((line) => /^REVOKE .+? ON (`(?:[^`]|``)+`)\.\* FROM /.exec(line)?.slice(1, 2) ?? []),
  };
}

const ON_SOMETHING =
  /^GRANT (.+?) ON ((?:TABLE |FUNCTION |PROCEDURE )?(?:\*|`(?:[^`]|``)+`)\.(?:\*|`(?:[^`]|``)+`)) TO /;

function besidesOf(line: string): readonly Grant[] {
  if (line.startsWith('GRANT PROXY ON ')) return [{ privileges: ['PROXY'], on: '*.*' }];
  const [, granted = '', on = '*.*'] = ON_SOMETHING.exec(line) ?? [];
  const handsOn = /WITH (GRANT|ADMIN) OPTION/.exec(line.slice(line.lastIndexOf(' TO ')));
  // Of single columns the names stand in parentheses.
  const here = on === '*.*' ? [] : granted.replaceAll(/ ?\((?:[^`)]|`(?:[^`]|``)+`)*\)/g, '').split(', ');
  const privileges = [...here, ...(handsOn === null ? [] : [`${handsOn[1]} OPTION`])].filter((each) => each !== '');
  return privileges.length === 0 ? [] : [{ privileges, on }];
}

/**
 * By a grant on everything, on databases whose names match, or on the procedure itself.
 *
 * @param procedure `undefined`: any that there is, or will be
 */
function executes(line: string, procedure: string | undefined): boolean {
  const [, privileges = '', kind = '', database = '', name = ''] =
    /^GRANT (.+?) ON (PROCEDURE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) TO /.exec(line) ?? [];
  if (!privileges.split(', ').some((privilege) => ['EXECUTE', 'ALL PRIVILEGES'].includes(privilege))) return false;
  if (kind !== '')
    return procedure !== undefined && database === '`mysql`' && name.toLowerCase() === `\`${procedure}\``;
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
