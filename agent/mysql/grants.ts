import type { Session } from './session';

/** MariaDB's name of a privilege that it has renamed. */
const RENAMED = new Map([['BINLOG MONITOR', 'REPLICATION CLIENT']]);

/** What the agent's own user may do. */
export interface Grants {
  readonly all: boolean;
  readonly everywhere: ReadonlySet<string>;
  /** Databases of partial revokes, as the server quotes them. */
  readonly revoked: readonly string[];
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
    revoked: lines.flatMap((line) => /^REVOKE .+? ON (`(?:[^`]|``)+`)\.\* FROM /.exec(line)?.slice(1, 2) ?? []),
  };
}
