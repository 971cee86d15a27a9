import type { DatabaseEngineName } from '../database-engine';

export type MysqlDialectName = Exclude<DatabaseEngineName, 'postgresql'>;
