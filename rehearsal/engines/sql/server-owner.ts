import type { DatabaseEngineName } from './database-engine';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` and `nogroup`, the same numbers on every Linux. */
const NOBODY: Owner = { uid: 65_534, gid: 65_534 };

/** The account that a server runs as: PostgreSQL refuses to run as root. Undefined: the one of this process. */
export function ownerOf(engine: DatabaseEngineName): Owner | undefined {
  return engine === 'postgresql' && process.getuid?.() === 0 ? NOBODY : undefined;
}
