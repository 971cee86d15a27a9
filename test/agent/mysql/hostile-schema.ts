import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';

const AGENT = join(__dirname, '../../../agent/mysql');
/** What ends a name, a text, a comment or a statement early, where it is not quoted. */
const ENDINGS = [
  '`; INSERT INTO shop.trace VALUES (1); -- x',
  "'; INSERT INTO shop.trace VALUES (1); -- x",
  '"; INSERT INTO shop.trace VALUES (1); #',
  '*/ INSERT INTO shop.trace VALUES (1); /*',
  "\\'; INSERT INTO shop.trace VALUES (1); -- x",
];

/**
 * What the owner of a database can lay out for anyone who reads it: what looks like the engine's own and runs a statement of
 * his with the rights of anyone who calls it, and names that end early.
 */
export class HostileSchema {
  /** How many lie in wait. */
  traps = 0;
  /** What the engine does not let anybody lay. */
  readonly refused: string[] = [];

  constructor(private readonly owner: Connection) {}

  async lay(): Promise<void> {
    await this.owner.query('CREATE TABLE shop.trace (who TEXT)');
    await this.owner.query('CREATE TABLE shop.plain (id INT PRIMARY KEY, body TEXT)');
    await this.owner.query("INSERT INTO shop.plain VALUES (1, 'one'), (2, 'two')");
    await this.impersonateFunctions();
    await this.impersonateProcedures();
    await this.computeColumns();
    await this.look();
    await this.wait();
    await this.endEarly();
  }

  private async impersonateFunctions(): Promise<void> {
    for (const name of functionsCalled()) {
      await this.trap(
        `CREATE FUNCTION shop.${quoted(name)} (x TEXT) RETURNS TEXT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY INVOKER ` +
          'BEGIN INSERT INTO shop.trace VALUES (CURRENT_USER()); RETURN x; END',
      );
    }
  }

  private async impersonateProcedures(): Promise<void> {
    for (const name of ['rds_kill', 'rds_show_configuration', 'rds_stop_replication', 'rds_set_configuration']) {
      const parameters = name === 'rds_kill' ? 'x TEXT' : '';
      await this.trap(
        `CREATE PROCEDURE shop.${quoted(name)} (${parameters}) SQL SECURITY INVOKER INSERT INTO shop.trace VALUES (CURRENT_USER())`,
      );
    }
  }

  /** An engine that let these be would run them for every row that is read. */
  private async computeColumns(): Promise<void> {
    const call = 'shop.`CONCAT`(body)';
    for (const column of [
      `a TEXT AS (${call}) VIRTUAL`,
      `a TEXT AS (${call}) STORED`,
      `a TEXT DEFAULT (${call})`,
      `a TEXT, CHECK (${call} = body)`,
      `a TEXT, INDEX ((CAST(${call} AS CHAR(10))))`,
    ]) {
      await this.trap(`CREATE TABLE shop.computed${this.traps} (id INT PRIMARY KEY, body TEXT, ${column})`);
    }
  }

  private async look(): Promise<void> {
    await this.trap(
      'CREATE SQL SECURITY INVOKER VIEW shop.seen AS SELECT id, shop.`CONCAT`(body) AS body FROM shop.plain',
    );
    await this.trap('CREATE SQL SECURITY DEFINER VIEW shop.shown AS SELECT id, body FROM shop.seen');
  }

  private async wait(): Promise<void> {
    for (const event of ['INSERT', 'UPDATE', 'DELETE']) {
      for (const time of ['BEFORE', 'AFTER']) {
        await this.trap(
          `CREATE TRIGGER shop.${time}_${event} ${time} ${event} ON shop.plain FOR EACH ROW INSERT INTO shop.trace VALUES (CURRENT_USER())`,
        );
      }
    }
    await this.trap(
      'CREATE EVENT shop.later ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 YEAR DO INSERT INTO shop.trace VALUES (1)',
    );
  }

  private async endEarly(): Promise<void> {
    for (const [index, ending] of ENDINGS.entries()) {
      const [name, text] = [quoted(`n${index}${ending}`), this.owner.escape(`t${index}${ending}`)];
      await this.trap(
        `CREATE TABLE shop.${name} (${name} VARCHAR(80) PRIMARY KEY COMMENT ${text}, e ENUM(${text}, 'b') DEFAULT ${text}, INDEX ${name} (e)) COMMENT ${text}`,
      );
      await this.owner.query(`INSERT INTO shop.${name} (${name}) VALUES (${text}), ('other')`);
      await this.trap(`CREATE VIEW shop.${quoted(`v${index}${ending}`)} AS SELECT ${name} FROM shop.${name}`);
      await this.trap(
        `CREATE TRIGGER shop.${quoted(`r${index}${ending}`)} BEFORE INSERT ON shop.${name} FOR EACH ROW SET @x = 1`,
      );
      await this.trap(`CREATE PROCEDURE shop.${quoted(`p${index}${ending}`)} () COMMENT ${text} SELECT 1`);
      await this.trap(
        `CREATE EVENT shop.${quoted(`e${index}${ending}`)} ON SCHEDULE EVERY 1 YEAR DISABLE COMMENT ${text} DO SELECT 1`,
      );
      await this.trap(`CREATE DATABASE ${quoted(`d${index}${ending}`)}`);
      await this.trap(`CREATE TABLE ${quoted(`d${index}${ending}`)}.${name} (id INT PRIMARY KEY)`);
    }
  }

  private async trap(statement: string): Promise<void> {
    try {
      await this.owner.query(statement);
      this.traps += 1;
    } catch (error) {
      this.refused.push(`${(error as { code?: string }).code}: ${statement}`);
    }
  }
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Every function that the agent's statements call by a name alone. */
function functionsCalled(): readonly string[] {
  const files = readdirSync(AGENT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const names = files.flatMap((file) =>
    [...readFileSync(join(AGENT, file), 'utf8').matchAll(/\b([A-Z][A-Z0-9_]{2,})\(/g)].map(([, name = '']) => name),
  );
  return [...new Set(['CONCAT', ...names])];
}
