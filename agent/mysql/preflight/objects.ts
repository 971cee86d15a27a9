import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import { figure, text } from '../result-row';
import { type Survey, type SurveyedSide, sidesOf } from './survey';
import { systemSchemas } from './surveyed-tables';

const mostNamed = 10;

/** What is not data, and still must be right on the other side. */
export async function checkObjects(survey: Survey): Promise<readonly Finding[]> {
  return [...(await databaseNamedTmp(survey)), ...(await definers(survey))];
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-considerations.html */
async function databaseNamedTmp({ args, from }: Survey): Promise<readonly Finding[]> {
  const row = await from.session.row(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name = 'tmp'",
  );
  if (args.strategy !== 'managedBlueGreen' || row === undefined) return [];
  return [
    {
      id: 'mysql.database-named-tmp',
      severity: 'error',
      message: `${from.where} has a database named tmp: RDS makes no blue/green deployment of it.`,
      remedy: `Move its tables to a database of another name (RENAME TABLE tmp.t TO other.t;), and on ${from.side}: DROP DATABASE tmp;`,
    },
  ];
}

/** What runs as a user that is not there fails as soon as somebody calls it. */
async function definers(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) findings.push(...(await absentDefiners(side)));
  return findings;
}

async function absentDefiners({ side, where, session }: SurveyedSide): Promise<readonly Finding[]> {
  const kinds = [
    ['views', 'table_schema'],
    ['routines', 'routine_schema'],
    ['triggers', 'trigger_schema'],
    ['events', 'event_schema'],
  ] as const;
  const all = kinds.map(
    ([table, schema]) =>
      `SELECT CONVERT(definer USING utf8mb4) COLLATE utf8mb4_bin AS definer FROM information_schema.${table} WHERE ${schema} NOT IN (?)`,
  );
  const rows = await session.query(
    `SELECT definer AS definer, COUNT(*) AS objects FROM (${all.join(' UNION ALL ')}) AS defined
     WHERE definer NOT IN (SELECT CONVERT(CONCAT(user, '@', host) USING utf8mb4) COLLATE utf8mb4_bin FROM mysql.user) AND definer <> ''
     GROUP BY definer`,
    kinds.map(() => systemSchemas),
  );
  if (rows.length === 0) return [];
  const names = rows.map((row) => `${text(row, 'definer')} (${figure(row, 'objects')})`);
  return [
    {
      id: `mysql.definers-missing.${side}`,
      severity: 'warning',
      message: `${where} has views, routines, triggers or events of users that do not exist: ${nameSome(names, mostNamed)}. They fail when they are used.`,
      remedy: `Define them again as a user that exists, or on ${side}: ${rows
        .map((row) => `CREATE USER ${account(text(row, 'definer'))} ACCOUNT LOCK;`)
        .slice(0, mostNamed)
        .join(' ')}`,
    },
  ];
}

/** `user@host` as a statement wants it. The host has no `@`, the user may. */
function account(definer: string): string {
  const at = definer.lastIndexOf('@');
  return `'${definer.slice(0, at)}'@'${definer.slice(at + 1)}'`;
}
