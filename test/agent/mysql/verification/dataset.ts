import type { Connection } from 'mysql2/promise';

/** Every type of column in one table, and every kind of key in another. */
export const everyType = `
  CREATE TABLE every_type (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tiny TINYINT(1), small SMALLINT UNSIGNED, medium MEDIUMINT, whole INT(10) UNSIGNED ZEROFILL,
    amount DECIMAL(20,6), single FLOAT, twofold DOUBLE,
    bits BIT(12), year_of YEAR, day_of DATE, hour_of TIME(3), at DATETIME(6), stamped TIMESTAMP(3) NULL,
    fixed CHAR(10), short_text VARCHAR(50), latin VARCHAR(50) CHARACTER SET latin1, long_text MEDIUMTEXT,
    raw BINARY(8), some_bytes VARBINARY(40), many_bytes LONGBLOB,
    kind ENUM('first', 'zweitens'), flags SET('a', 'b', 'c')
  ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci`;

export const everyTypeRows = `
  INSERT INTO every_type (tiny, small, medium, whole, amount, single, twofold, bits, year_of, day_of, hour_of, at,
      stamped, fixed, short_text, latin, long_text, raw, some_bytes, many_bytes, kind, flags) VALUES
    (1, 65535, -8388608, 4294967295, -12345678901234.000001, 0.1, 1.7976931348623157e308, b'101010101010', 1999,
      '2024-02-29', '-838:59:59.000', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999', 'fixed', 'größer 😀', 'é',
      'long', X'0102030405060708', X'FF00FF', X'00FF', 'zweitens', 'a,c'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      NULL, NULL, NULL),
    (0, 0, 0, 0, 0, -0.0, 1e-300, b'0', 2155, '1000-01-01', '00:00:00.001', '1000-01-01 00:00:00', '1970-01-01 00:00:01',
      '', '', '', '', X'', '', '', 'first', '')`;

/** Columns that are computed, or that only an index has: the log may or may not hold them. */
export const derived = (engine: 'mariadb' | 'mysql'): string => `
  CREATE TABLE derived (
    before_key INT AS (v * 2) VIRTUAL, id INT NOT NULL PRIMARY KEY, kept INT AS (v * 3) STORED, v INT
    ${engine === 'mysql' ? ', KEY by_half ((v DIV 2))' : ''})`;

/** One table for each kind of key, and one without any. */
export const everyKey: Readonly<Record<string, { readonly columns: string; readonly rows: string }>> = {
  key_of_signed: { columns: 'k INT NOT NULL PRIMARY KEY, v INT', rows: '(-2147483648, 1), (-1, 2), (2147483647, 3)' },
  key_of_unsigned: {
    columns: 'k BIGINT UNSIGNED NOT NULL PRIMARY KEY, v INT',
    rows: '(18446744073709551615, 1), (0, 2), (9007199254740993, 3)',
  },
  key_of_decimal: {
    columns: 'k DECIMAL(22,11) NOT NULL PRIMARY KEY, v INT',
    rows: '(-12345678901.00000000001, 1), (0.5, 2), (99999999999.99999999999, 3)',
  },
  key_of_text: {
    columns: 'k VARCHAR(300) NOT NULL PRIMARY KEY, v INT',
    rows: "('größer 😀', 1), ('', 2), ('a,b', 3), ('it''s', 4)",
  },
  key_of_latin: { columns: 'k CHAR(20) CHARACTER SET latin1 NOT NULL PRIMARY KEY, v INT', rows: "('é', 1), ('z', 2)" },
  key_of_bytes: {
    columns: 'k BINARY(16) NOT NULL PRIMARY KEY, v INT',
    rows: "(X'01020304050607080910111213140000', 1), (X'FF', 2)",
  },
  key_of_moments: {
    columns: 'd DATE, a DATETIME(3), t TIMESTAMP(6), v INT, PRIMARY KEY (d, a, t)',
    rows: "('2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.123456', 1), ('1000-01-01', '9999-12-31 23:59:59', '1970-01-01 00:00:01', 2)",
  },
  key_of_spans: {
    columns: 'a TIME NOT NULL, b TIME(6) NOT NULL, c TIME(1) NOT NULL, v INT, PRIMARY KEY (a, b, c)',
    rows: "('-838:59:59', '-00:00:00.000001', '-01:00:00.9', 1), ('00:00:00', '838:59:59', '00:00:00.1', 2), ('-00:00:01', '10:11:12.13', '-00:00:00.1', 3)",
  },
  key_of_reals: {
    columns: 'd DOUBLE NOT NULL, f FLOAT NOT NULL, v INT, PRIMARY KEY (d, f)',
    rows: '(-2.2250738585072014e-308, -0.1, 1), (0.1, 3.4e38, 2), (-1.7976931348623157e308, 1e-40, 3), (123456789012345680000, 0, 4)',
  },
  key_of_labels: {
    columns:
      "e ENUM('x', 'y') NOT NULL, s SET('p', 'q') NOT NULL, y YEAR NOT NULL, b BIT(10) NOT NULL, v INT, PRIMARY KEY (e, s, y, b)",
    rows: "('y', 'p,q', 1999, b'1000000001', 1), ('x', '', 2000, b'0', 2)",
  },
  key_by_index: { columns: 'v INT, k VARCHAR(20) NOT NULL, UNIQUE KEY by_k (k)', rows: "(1, 'one'), (2, 'two')" },
  no_key: { columns: 'k INT, v INT', rows: '(1, 1), (1, 1), (2, NULL)' },
};

export async function makeEveryKey(connection: Connection): Promise<void> {
  for (const [name, { columns, rows }] of Object.entries(everyKey)) {
    await connection.query(`CREATE TABLE ${name} (${columns}) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci`);
    await connection.query(`INSERT INTO ${name} VALUES ${rows}`);
  }
}

/** Accounts with a name and a balance, `count` of them from 1 on; the same on every run. */
export async function makeAccounts(connection: Connection, count: number): Promise<void> {
  await connection.query(`
    CREATE TABLE accounts (
      id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, balance DECIMAL(12,2) NOT NULL,
      changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY by_name (name)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci`);
  for (let first = 1; first <= count; first += 5000) {
    const rows = Array.from({ length: Math.min(5000, count - first + 1) }, (_, index) => {
      const id = first + index;
      return `(${id}, 'account ${(id * 7919) % count}', ${(id * 31) % 9973}.${(id % 90) + 10}, '2026-01-01 00:00:00')`;
    });
    await connection.query(`INSERT INTO accounts VALUES ${rows.join(', ')}`);
  }
}
