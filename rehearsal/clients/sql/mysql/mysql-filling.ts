import type { Connection } from 'mysql2/promise';
import type { Credentials } from '../../protocol';
import type { Filling } from '../data/filling';
import { CUSTOMERS, SCHEMA, type TablesOfUsers } from '../data/tables';

/** In the dialect that MySQL 5.7, 8 and 9 and MariaDB have in common. */
const TABLES: readonly string[] = [
  `CREATE TABLE accounts (
    id INT UNSIGNED NOT NULL PRIMARY KEY,
    owner VARCHAR(40) NOT NULL,
    balance BIGINT NOT NULL
  ) ENGINE=InnoDB`,
  `CREATE TABLE transfers (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    source INT UNSIGNED NOT NULL,
    target INT UNSIGNED NOT NULL,
    amount INT NOT NULL,
    KEY source (source)
  ) ENGINE=InnoDB`,
  `CREATE TABLE orders (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token VARCHAR(64) NOT NULL,
    state VARCHAR(80) NOT NULL,
    quantity INT NOT NULL,
    UNIQUE KEY token (token)
  ) ENGINE=InnoDB`,
  `CREATE TABLE visits (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer INT UNSIGNED NOT NULL,
    page VARCHAR(40) NOT NULL,
    seconds INT NOT NULL,
    at DATETIME(3) NOT NULL,
    notes VARCHAR(200) NULL,
    KEY customer (customer)
  ) ENGINE=InnoDB`,
];

/** What is read alone is MyISAM, and what orders fill is compressed: who transfers money needs transactions. */
function asOfOld(table: string): string {
  if (/^CREATE TABLE visits/.test(table)) return table.replace('ENGINE=InnoDB', 'ENGINE=MyISAM');
  return /^CREATE TABLE orders/.test(table) ? `${table} ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8` : table;
}

export class MysqlFilling implements Filling {
  static async begin(
    database: Connection,
    { username, password }: Required<Credentials>,
    tables: TablesOfUsers = "today's",
  ): Promise<MysqlFilling> {
    await database.query(`CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4`);
    await database.query(`USE ${SCHEMA}`);
    for (const table of TABLES) await database.query(tables === 'old' ? asOfOld(table) : table);
    await database.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [username, password]);
    await database.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${SCHEMA}.* TO ?@'%'`, [username]);
    return new MysqlFilling(database);
  }

  private constructor(private readonly database: Connection) {}

  async add(table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): Promise<void> {
    await this.database.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [rows]);
  }

  async multiplyVisits(made: number, more: number): Promise<void> {
    await this.database.query(
      `INSERT INTO visits (customer, page, seconds, at, notes)
       SELECT MOD(customer * 31 + ?, ?) + 1, page, MOD(seconds * 7 + id, 600) + 1, at + INTERVAL id SECOND,
              IF(notes IS NULL, NULL, CONCAT(LEFT(notes, 150), ' ', id))
       FROM visits ORDER BY id DESC LIMIT ?`,
      [made, CUSTOMERS, more],
    );
  }

  async end(): Promise<void> {
    this.database.destroy();
  }
}
