import { type Planted, plantedSeldom } from './planted-seldom';

export type { Planted } from './planted-seldom';

const BOTH = ['mariadb', 'mysql'] as const;

/** In a table of its own, by its column or other clause. */
function column(name: string, first: string, otherwise: string, on: Planted['on'] = BOTH): Planted {
  const made = (clause: string) => [
    `CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, n VARCHAR(20)${clause === '' ? '' : `, ${clause}`})`,
  ];
  return { name, first: made(first), otherwise: made(otherwise), on };
}

function table(name: string, first: string, otherwise: string, on: Planted['on'] = BOTH): Planted {
  const made = (options: string) => [`CREATE TABLE t (id INT PRIMARY KEY, a INT, n VARCHAR(20)) ${options}`];
  return { name, first: made(first), otherwise: made(otherwise), on };
}

const S = 'CREATE TABLE s (id INT PRIMARY KEY, a INT, b INT, n VARCHAR(20), d DATETIME)';

function view(name: string, first: string, otherwise: string, on: Planted['on'] = BOTH): Planted {
  const made = (query: string) => [S, query.startsWith('CREATE') ? query : `CREATE VIEW v AS SELECT ${query}`];
  return { name, first: made(first), otherwise: made(otherwise), on };
}

function code(
  name: string,
  first: string | readonly string[],
  otherwise: string | readonly string[],
  on: Planted['on'] = BOTH,
): Planted {
  const made = (statements: string | readonly string[]) => [S, ...[statements].flat()];
  return { name, first: made(first), otherwise: made(otherwise), on };
}

/** `ACCOUNT` is its account, `ROLE` a role of its own. */
function account(
  name: string,
  first: string | readonly string[],
  otherwise: string | readonly string[],
  on: Planted['on'] = BOTH,
): Planted {
  const made = (statements: string | readonly string[]) => [S, ...[statements].flat().filter((each) => each !== '')];
  return { name: `account: ${name}`, first: made(first), otherwise: made(otherwise), on };
}

const USER = "CREATE USER ACCOUNT IDENTIFIED BY 'secret'";
const DOTTED = 'CREATE DATABASE `DB.a` COLLATE utf8mb4_general_ci';
const PARTS = 'PARTITION BY RANGE (id)';

/** Ways in which two sides can differ, each in a database of its own. */
export const planted: readonly Planted[] = [
  // Columns.
  column('type', 'c INT', 'c BIGINT'),
  column('unsigned', 'c INT', 'c INT UNSIGNED'),
  column('zerofill', 'c INT(8) ZEROFILL', 'c INT(6) ZEROFILL'),
  column('length', 'c VARCHAR(10)', 'c VARCHAR(11)'),
  column('scale', 'c DECIMAL(10,2)', 'c DECIMAL(10,3)'),
  column('fraction of a second', 'c DATETIME(3)', 'c DATETIME'),
  column('tinyint(1)', 'c TINYINT(1)', 'c TINYINT(4)'),
  column('nullable', 'c INT', 'c INT NOT NULL'),
  column('label of an ENUM', "c ENUM('a', 'b')", "c ENUM('a', 'B')"),
  column('order of labels', "c ENUM('a', 'b')", "c ENUM('b', 'a')"),
  column('label added', "c ENUM('a', 'b')", "c ENUM('a', 'b', 'c')"),
  column('quote in a label', "c ENUM('a''b')", "c ENUM('ab')"),
  column('member of a SET', "c SET('a', 'b')", "c SET('a', 'c')"),
  column(
    'character set',
    'c VARCHAR(9) CHARACTER SET latin1',
    'c VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  ),
  column('collation', 'c VARCHAR(9) COLLATE utf8mb4_general_ci', 'c VARCHAR(9) COLLATE utf8mb4_bin'),
  column('comment', "c INT COMMENT 'one'", "c INT COMMENT 'One'"),
  column('order of columns', 'c INT, d INT', 'd INT, c INT'),
  column('case of a name', 'c INT', 'C INT'),
  column('name', 'c INT', 'd INT'),
  column('invisible', 'c INT', 'c INT INVISIBLE'),
  column('SRID', 'c POINT SRID 4326', 'c POINT SRID 0', ['mysql']),
  column('SRID or none', 'c POINT SRID 0', 'c POINT', ['mysql']),
  column('JSON', 'c JSON', 'c LONGTEXT'),
  // Defaults.
  column('default', 'c INT DEFAULT 1', 'c INT DEFAULT 2'),
  column('sign of a default', 'c INT DEFAULT 1', 'c INT DEFAULT -1'),
  column('case of a default', "c VARCHAR(9) DEFAULT 'Active'", "c VARCHAR(9) DEFAULT 'active'"),
  column('parentheses in a default', "c VARCHAR(9) DEFAULT '(a) b'", "c VARCHAR(9) DEFAULT 'a b'"),
  column('blanks in a default', "c VARCHAR(9) DEFAULT 'a  b'", "c VARCHAR(9) DEFAULT 'a b'"),
  column('quotes in a default', "c VARCHAR(9) DEFAULT 'a''b'", "c VARCHAR(9) DEFAULT 'ab'"),
  column('backquotes in a default', "c VARCHAR(9) DEFAULT 'a`b'", "c VARCHAR(9) DEFAULT 'ab'"),
  column('backslash in a default', "c VARCHAR(9) DEFAULT 'a\\\\b'", "c VARCHAR(9) DEFAULT 'ab'"),
  column("'NULL' or NULL", "c VARCHAR(9) DEFAULT 'NULL'", 'c VARCHAR(9) DEFAULT NULL'),
  column("'' or none", "c VARCHAR(9) NOT NULL DEFAULT ''", 'c VARCHAR(9) NOT NULL'),
  column("'' or NULL", "c VARCHAR(9) DEFAULT ''", 'c VARCHAR(9) DEFAULT NULL'),
  column('0 or none', 'c INT NOT NULL DEFAULT 0', 'c INT NOT NULL'),
  column(
    'a moment or the text of it',
    'c DATETIME DEFAULT CURRENT_TIMESTAMP',
    "c DATETIME DEFAULT '2020-01-01 00:00:00'",
  ),
  column('text of a function or its call', "c VARCHAR(30) DEFAULT 'uuid()'", 'c VARCHAR(36) DEFAULT (uuid())'),
  column('on update', 'c DATETIME', 'c DATETIME ON UPDATE CURRENT_TIMESTAMP'),
  column('bits of a default', "c BIT(3) DEFAULT b'101'", "c BIT(3) DEFAULT b'100'"),
  column(
    'expression of a default',
    "c VARCHAR(9) DEFAULT (concat('a', 'b'))",
    "c VARCHAR(9) DEFAULT (concat('A', 'b'))",
  ),
  column('precedence in a default', 'c INT DEFAULT ((1 + 2) * 3)', 'c INT DEFAULT (1 + 2 * 3)'),
  {
    name: 'column: default taken off',
    first: ['CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9) NULL)'],
    otherwise: ['CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9) NULL)', 'ALTER TABLE t ALTER COLUMN c DROP DEFAULT'],
    on: ['mysql'],
  },
  // What takes four bytes a character, which not every server shows.
  column('label of four bytes', "c ENUM('😀', 'b')", "c ENUM('😁', 'b')"),
  column('member of four bytes', "c SET('😀')", "c SET('😁')"),
  column('default of four bytes', "c VARCHAR(9) DEFAULT 'é😀'", "c VARCHAR(9) DEFAULT 'é😁'"),
  column('default of question marks', "c VARCHAR(9) DEFAULT '?'", "c VARCHAR(9) DEFAULT '??'"),
  column(
    'expression of a default of four bytes',
    "c VARCHAR(9) DEFAULT (concat('😀', 'x'))",
    "c VARCHAR(9) DEFAULT (concat('😁', 'x'))",
  ),
  column(
    'expression of four bytes',
    "c VARCHAR(30) AS (concat(n, '😀')) STORED",
    "c VARCHAR(30) AS (concat(n, '😁')) STORED",
  ),
  column('check of four bytes', "CONSTRAINT p CHECK (n <> '😀')", "CONSTRAINT p CHECK (n <> '😁')"),
  column('index of four bytes', "KEY k ((concat(n, '😀')))", "KEY k ((concat(n, '😁')))", ['mysql']),
  // Computed columns and checks.
  column('expression', 'c INT AS (a + 1) STORED', 'c INT AS (a + 2) STORED'),
  column('stored or virtual', 'c INT AS (a + 1) STORED', 'c INT AS (a + 1) VIRTUAL'),
  column('computed or not', 'c INT AS (a + 1) STORED', 'c INT'),
  column('parentheses that count', 'c INT AS ((a + b) * 2) STORED', 'c INT AS (a + (b * 2)) STORED'),
  column('order of a difference', 'c INT AS (a - (b - 2)) STORED', 'c INT AS ((a - b) - 2) STORED'),
  column('case of a literal', "c VARCHAR(9) AS (concat(n, 'X')) STORED", "c VARCHAR(9) AS (concat(n, 'x')) STORED"),
  column('AND and OR', 'c INT AS (a = 1 OR (b = 1 AND a > 2)) STORED', 'c INT AS ((a = 1 OR b = 1) AND a > 2) STORED'),
  column('check or none', 'CONSTRAINT pos CHECK (a > 0)', ''),
  column('check', 'CONSTRAINT pos CHECK (a > 0)', 'CONSTRAINT pos CHECK (a >= 0)'),
  column('check without a name', 'CHECK (a > 0)', 'CHECK (a > 1)'),
  column('name of a check', 'CONSTRAINT pos CHECK (a > 0)', 'CONSTRAINT posi CHECK (a > 0)'),
  column('literal of a check', "CONSTRAINT p CHECK (n IN ('A', 'b'))", "CONSTRAINT p CHECK (n IN ('a', 'b'))"),
  column('check enforced', 'CONSTRAINT pos CHECK (a > 0)', 'CONSTRAINT pos CHECK (a > 0) NOT ENFORCED', ['mysql']),
  column('NOT in a check', 'CONSTRAINT p CHECK (NOT (a = 1 AND b = 2))', 'CONSTRAINT p CHECK (a <> 1 AND b <> 2)'),
  column('BETWEEN in a check', 'CONSTRAINT p CHECK (a BETWEEN 1 AND 5)', 'CONSTRAINT p CHECK (a BETWEEN 1 AND 6)'),
  // Indexes and keys.
  column('index or none', 'KEY k (a)', ''),
  column('columns of an index', 'KEY k (a, b)', 'KEY k (b, a)'),
  column('unique', 'UNIQUE KEY k (a)', 'KEY k (a)'),
  column('prefix', 'KEY k (n(5))', 'KEY k (n(6))'),
  column('direction', 'KEY k (a)', 'KEY k (a DESC)'),
  column('name of an index', 'KEY k (a)', 'KEY l (a)'),
  column('comment of an index', "KEY k (a) COMMENT 'x'", "KEY k (a) COMMENT 'X'"),
  column('full text', 'FULLTEXT KEY k (n)', 'KEY k (n)'),
  column('invisible index', 'KEY k (a)', 'KEY k (a) INVISIBLE', ['mysql']),
  column('ignored index', 'KEY k (a)', 'KEY k (a) IGNORED', ['mariadb']),
  column('functional index', 'UNIQUE KEY k ((a + 1))', 'UNIQUE KEY k ((a * 2))', ['mysql']),
  column('literal of a functional index', "KEY k ((concat(n, 'A')))", "KEY k ((concat(n, 'a')))", ['mysql']),
  column('parser', 'FULLTEXT KEY k (n) WITH PARSER ngram', 'FULLTEXT KEY k (n)', ['mysql']),
  column('block size', 'KEY k (a) KEY_BLOCK_SIZE=4', 'KEY k (a)', ['mariadb']),
  {
    name: 'primary key',
    first: ['CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))'],
    otherwise: ['CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (b, a))'],
    on: BOTH,
  },
  {
    name: 'AUTO_INCREMENT',
    first: ['CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT)'],
    otherwise: ['CREATE TABLE t (id INT PRIMARY KEY)'],
    on: BOTH,
  },
  ...(
    [
      ['foreign key or none', 'FOREIGN KEY (a) REFERENCES s (id)', ''],
      ['on delete', 'FOREIGN KEY (a) REFERENCES s (id)', 'FOREIGN KEY (a) REFERENCES s (id) ON DELETE CASCADE'],
      ['on update', 'FOREIGN KEY (a) REFERENCES s (id)', 'FOREIGN KEY (a) REFERENCES s (id) ON UPDATE SET NULL'],
      ['referenced column', 'FOREIGN KEY (a) REFERENCES s (id)', 'FOREIGN KEY (a) REFERENCES s (a)'],
      [
        'own column',
        'KEY (b), CONSTRAINT f FOREIGN KEY (a) REFERENCES s (id)',
        'KEY (a), CONSTRAINT f FOREIGN KEY (b) REFERENCES s (id)',
      ],
    ] as const
  ).map(([name, first, otherwise]): Planted => {
    const made = (key: string) => [
      'CREATE TABLE s (id INT PRIMARY KEY, a INT NOT NULL UNIQUE)',
      `CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, KEY ka (a), KEY kb (b)${key === '' ? '' : `, ${key}`})`,
    ];
    return { name: `foreign key: ${name}`, first: made(first), otherwise: made(otherwise), on: BOTH };
  }),
  // Tables.
  table('collation of a table', 'COLLATE utf8mb4_general_ci', 'COLLATE utf8mb4_bin'),
  table('comment of a table', "COMMENT 'one'", "COMMENT 'two'"),
  table('engine', 'ENGINE=InnoDB', 'ENGINE=MyISAM'),
  table('row format', 'ROW_FORMAT=DYNAMIC', 'ROW_FORMAT=COMPACT'),
  table('options', 'STATS_PERSISTENT=0', 'STATS_PERSISTENT=1'),
  table('largest number of rows', 'MAX_ROWS=5', 'MAX_ROWS=6'),
  table('checksum', 'CHECKSUM=1', ''),
  table('partitioned', 'PARTITION BY HASH (id) PARTITIONS 4', ''),
  table('number of partitions', 'PARTITION BY HASH (id) PARTITIONS 4', 'PARTITION BY HASH (id) PARTITIONS 5'),
  table('expression of partitions', 'PARTITION BY HASH (id) PARTITIONS 2', 'PARTITION BY HASH (id + 1) PARTITIONS 2'),
  table('method of partitions', 'PARTITION BY HASH (id) PARTITIONS 2', 'PARTITION BY LINEAR HASH (id) PARTITIONS 2'),
  table('bound', `${PARTS} (PARTITION p VALUES LESS THAN (5))`, `${PARTS} (PARTITION p VALUES LESS THAN (6))`),
  table(
    'last partition',
    `${PARTS} (PARTITION p VALUES LESS THAN (5), PARTITION q VALUES LESS THAN MAXVALUE)`,
    `${PARTS} (PARTITION p VALUES LESS THAN (5))`,
  ),
  table(
    'name of a partition',
    `${PARTS} (PARTITION p VALUES LESS THAN (5))`,
    `${PARTS} (PARTITION q VALUES LESS THAN (5))`,
  ),
  table(
    'comment of a partition',
    `${PARTS} (PARTITION p VALUES LESS THAN (5) COMMENT 'x')`,
    `${PARTS} (PARTITION p VALUES LESS THAN (5))`,
  ),
  table(
    'subpartitions',
    `${PARTS} SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p VALUES LESS THAN (5))`,
    `${PARTS} SUBPARTITION BY HASH (id) SUBPARTITIONS 3 (PARTITION p VALUES LESS THAN (5))`,
  ),
  {
    name: 'literal of a bound',
    first: ["CREATE TABLE t (c VARCHAR(9)) PARTITION BY LIST COLUMNS (c) (PARTITION p VALUES IN ('A', 'x'))"],
    otherwise: ["CREATE TABLE t (c VARCHAR(9)) PARTITION BY LIST COLUMNS (c) (PARTITION p VALUES IN ('b', 'x'))"],
    on: BOTH,
  },
  {
    name: 'system versioning',
    first: ['CREATE TABLE t (id INT PRIMARY KEY) WITH SYSTEM VERSIONING'],
    otherwise: ['CREATE TABLE t (id INT PRIMARY KEY)'],
    on: ['mariadb'],
  },
  // Databases.
  {
    name: 'collation of a database',
    first: ['ALTER DATABASE COLLATE utf8mb4_general_ci'],
    otherwise: ['ALTER DATABASE COLLATE utf8mb4_bin'],
    on: BOTH,
  },
  { name: 'database without tables', first: [], otherwise: ['DROP DATABASE DB'], on: BOTH },
  { name: 'database that takes no writes', first: [], otherwise: ['ALTER DATABASE DB READ ONLY = 1'], on: ['mysql'] },
  {
    name: 'library',
    first: ['CREATE LIBRARY l LANGUAGE JAVASCRIPT AS $$ export const a = 1 $$'],
    otherwise: ['CREATE LIBRARY l LANGUAGE JAVASCRIPT AS $$ export const a = 2 $$'],
    on: ['mysql'],
  },
  {
    name: 'comment of a database',
    first: ["ALTER DATABASE COMMENT 'x'"],
    otherwise: ["ALTER DATABASE COMMENT 'X'"],
    on: ['mariadb'],
  },
  {
    name: 'dots in names',
    first: [
      DOTTED,
      'CREATE TABLE `a.b` (id INT PRIMARY KEY, x INT)',
      'CREATE TABLE `DB.a`.b (id INT PRIMARY KEY, x INT)',
    ],
    otherwise: [DOTTED, 'CREATE TABLE `a.b` (id INT PRIMARY KEY)', 'CREATE TABLE `DB.a`.b (id INT PRIMARY KEY, x INT)'],
    on: BOTH,
  },
  // Sequences.
  ...(
    [
      ['sequence or none', 'CREATE SEQUENCE q', ''],
      ['start', 'CREATE SEQUENCE q', 'CREATE SEQUENCE q START WITH 5'],
      ['increment', 'CREATE SEQUENCE q', 'CREATE SEQUENCE q INCREMENT BY 2'],
      ['maximum', 'CREATE SEQUENCE q', 'CREATE SEQUENCE q MAXVALUE 5000'],
      ['minimum', 'CREATE SEQUENCE q START WITH 5', 'CREATE SEQUENCE q MINVALUE 2 START WITH 5'],
      ['cache', 'CREATE SEQUENCE q', 'CREATE SEQUENCE q CACHE 7'],
      ['cycle', 'CREATE SEQUENCE q', 'CREATE SEQUENCE q CYCLE'],
      ['restarted', 'CREATE SEQUENCE q; ALTER SEQUENCE q RESTART 900', 'CREATE SEQUENCE q'],
    ] as const
  ).map(([name, first, otherwise]): Planted => {
    const made = (statements: string) => statements.split('; ').filter((each) => each !== '');
    return { name: `sequence: ${name}`, first: made(first), otherwise: made(otherwise), on: ['mariadb'] };
  }),
  // Views.
  view('view or none', 'id FROM s', 'CREATE TABLE other (id INT PRIMARY KEY)'),
  view('literal', "id FROM s WHERE n = 'ADMIN'", "id FROM s WHERE n = 'admin'"),
  view('blanks of a literal', "id FROM s WHERE n = 'a  b'", "id FROM s WHERE n = 'a b'"),
  view(
    'parentheses of AND and OR',
    'id FROM s WHERE (a = 1 OR b = 1) AND id > 5',
    'id FROM s WHERE a = 1 OR (b = 1 AND id > 5)',
  ),
  view('parentheses of a sum', '(a + b) * 2 AS x FROM s', 'a + b * 2 AS x FROM s'),
  view('parentheses of a difference', 'a - (b - 1) AS x FROM s', 'a - b - 1 AS x FROM s'),
  view('NOT', 'id FROM s WHERE NOT (a > 1 AND b > 1)', 'id FROM s WHERE (NOT a > 1) AND b > 1'),
  view('name of a column', 'a AS x FROM s', 'a AS y FROM s'),
  view('column', 'a AS x FROM s', 'b AS x FROM s'),
  view('kind of a join', 's.id FROM s LEFT JOIN s t ON t.id = s.a', 's.id FROM s JOIN s t ON t.id = s.a'),
  view('condition of a join', 's.id FROM s JOIN s t ON t.id = s.a', 's.id FROM s JOIN s t ON t.id = s.b'),
  view('order', 'id FROM s ORDER BY a', 'id FROM s ORDER BY a DESC'),
  view('column of order', 'id, a FROM s ORDER BY a', 'id, a FROM s ORDER BY id'),
  view('limit', 'id FROM s LIMIT 1', 'id FROM s LIMIT 2'),
  view('distinct', 'DISTINCT a FROM s', 'a FROM s'),
  view('distinct in COUNT', 'COUNT(DISTINCT a) AS c FROM s', 'COUNT(a) AS c FROM s'),
  view('union', 'a FROM s UNION SELECT b FROM s', 'a FROM s UNION ALL SELECT b FROM s'),
  view('group', 'a, COUNT(*) AS c FROM s GROUP BY a', 'b AS a, COUNT(*) AS c FROM s GROUP BY b'),
  view('having', 'a FROM s GROUP BY a HAVING COUNT(*) > 1', 'a FROM s GROUP BY a HAVING COUNT(*) > 2'),
  view('IN', 'id FROM s WHERE a IN (1, 2)', 'id FROM s WHERE a IN (1, 3)'),
  view('NOT IN', 'id FROM s WHERE a IN (1, 2)', 'id FROM s WHERE a NOT IN (1, 2)'),
  view('IS NULL', 'id FROM s WHERE a IS NULL', 'id FROM s WHERE a IS NOT NULL'),
  view(
    'EXISTS',
    'id FROM s WHERE EXISTS (SELECT 1 FROM s t WHERE t.id = s.a)',
    'id FROM s WHERE NOT EXISTS (SELECT 1 FROM s t WHERE t.id = s.a)',
  ),
  view('LIKE', "id FROM s WHERE n LIKE 'a%'", "id FROM s WHERE n LIKE 'a\\%'"),
  view('interval', 'd + INTERVAL 1 DAY AS x FROM s', 'd + INTERVAL 1 HOUR AS x FROM s'),
  view(
    'CASE',
    "CASE WHEN a > 1 THEN 'x' ELSE 'y' END AS x FROM s",
    "CASE WHEN a > 1 THEN 'x' ELSE 'Y' END AS x FROM s",
  ),
  view('type of CAST', 'CAST(a AS CHAR(3)) AS x FROM s', 'CAST(a AS CHAR(4)) AS x FROM s'),
  view('function', 'UPPER(n) AS x FROM s', 'LOWER(n) AS x FROM s'),
  view('window', 'ROW_NUMBER() OVER (ORDER BY a) AS x FROM s', 'ROW_NUMBER() OVER (ORDER BY b) AS x FROM s'),
  view(
    'partition of a window',
    'ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS x FROM s',
    'ROW_NUMBER() OVER (PARTITION BY b ORDER BY a) AS x FROM s',
  ),
  view('separator', "GROUP_CONCAT(n SEPARATOR ';') AS x FROM s", "GROUP_CONCAT(n SEPARATOR ',') AS x FROM s"),
  view('comparison', 'id FROM s WHERE a < b', 'id FROM s WHERE a <= b'),
  view('truth', 'id FROM s WHERE a', 'id FROM s WHERE NOT a'),
  view(
    'security',
    'CREATE SQL SECURITY INVOKER VIEW v AS SELECT id FROM s',
    'CREATE SQL SECURITY DEFINER VIEW v AS SELECT id FROM s',
  ),
  view(
    'algorithm',
    'CREATE ALGORITHM=MERGE VIEW v AS SELECT id FROM s',
    'CREATE ALGORITHM=TEMPTABLE VIEW v AS SELECT id FROM s',
  ),
  view(
    'check option',
    'id FROM s WHERE a > 1 WITH LOCAL CHECK OPTION',
    'id FROM s WHERE a > 1 WITH CASCADED CHECK OPTION',
  ),
  view(
    'definer of a view',
    'CREATE DEFINER=`x`@`%` VIEW v AS SELECT id FROM s',
    'CREATE DEFINER=`y`@`%` VIEW v AS SELECT id FROM s',
  ),
  code(
    'view of a view',
    ['CREATE VIEW w AS SELECT id, a FROM s', 'CREATE VIEW v AS SELECT l.id AS x FROM s d JOIN w l ON l.id = d.id'],
    ['CREATE VIEW w AS SELECT id, a FROM s', 'CREATE VIEW v AS SELECT l.a AS x FROM s d JOIN w l ON l.id = d.id'],
  ),
  // Routines, triggers, events.
  code('procedure or none', 'CREATE PROCEDURE p() SELECT 1', []),
  code('body', 'CREATE PROCEDURE p() SELECT 1', 'CREATE PROCEDURE p() SELECT 2'),
  code('literal of a body', "CREATE PROCEDURE p() SELECT 'A'", "CREATE PROCEDURE p() SELECT 'a'"),
  code('blanks of a literal of a body', "CREATE PROCEDURE p() SELECT 'a  b'", "CREATE PROCEDURE p() SELECT 'a b'"),
  code('quotes of a literal of a body', "CREATE PROCEDURE p() SELECT 'a''b'", "CREATE PROCEDURE p() SELECT 'a\"b'"),
  code(
    'character set of a literal',
    "CREATE PROCEDURE p() SELECT _latin1'x'",
    "CREATE PROCEDURE p() SELECT _utf8mb4'x'",
  ),
  code('parameter', 'CREATE PROCEDURE p(IN x INT) SELECT 1', 'CREATE PROCEDURE p(INOUT x INT) SELECT 1'),
  code('type of a parameter', 'CREATE PROCEDURE p(IN x INT) SELECT 1', 'CREATE PROCEDURE p(IN x BIGINT) SELECT 1'),
  code(
    'collation of a parameter',
    'CREATE PROCEDURE p(IN x VARCHAR(9) CHARACTER SET latin1) SELECT 1',
    'CREATE PROCEDURE p(IN x VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci) SELECT 1',
  ),
  code(
    'returned type',
    'CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1',
    'CREATE FUNCTION f() RETURNS BIGINT DETERMINISTIC RETURN 1',
  ),
  code(
    'deterministic',
    'CREATE FUNCTION f() RETURNS INT DETERMINISTIC NO SQL RETURN 1',
    'CREATE FUNCTION f() RETURNS INT NOT DETERMINISTIC NO SQL RETURN 1',
  ),
  code(
    'data access',
    'CREATE PROCEDURE p() READS SQL DATA SELECT 1',
    'CREATE PROCEDURE p() MODIFIES SQL DATA SELECT 1',
  ),
  code('security of a routine', 'CREATE PROCEDURE p() SQL SECURITY INVOKER SELECT 1', 'CREATE PROCEDURE p() SELECT 1'),
  code(
    'comment of a routine',
    "CREATE PROCEDURE p() COMMENT 'x' SELECT 1",
    "CREATE PROCEDURE p() COMMENT 'X' SELECT 1",
  ),
  code(
    'definer of a routine',
    'CREATE DEFINER=`x`@`%` PROCEDURE p() SELECT 1',
    'CREATE DEFINER=`y`@`%` PROCEDURE p() SELECT 1',
  ),
  code('sql_mode of a routine', 'CREATE PROCEDURE p() SELECT 1', [
    "SET SESSION sql_mode = 'ANSI_QUOTES'",
    'CREATE PROCEDURE p() SELECT 1',
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'",
  ]),
  code('collation of a session', 'CREATE PROCEDURE p() SELECT 1', [
    'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
    'CREATE PROCEDURE p() SELECT 1',
    'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci',
  ]),
  code(
    'trigger or none',
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1',
    'CREATE TABLE other (id INT PRIMARY KEY)',
  ),
  code(
    'body of a trigger',
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1',
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 2',
  ),
  code(
    'literal of a trigger',
    "CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.n = 'A'",
    "CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.n = 'a'",
  ),
  code(
    'time of a trigger',
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
    'CREATE TRIGGER r AFTER INSERT ON s FOR EACH ROW SET @x = 1',
  ),
  code(
    'event of a trigger',
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
    'CREATE TRIGGER r BEFORE UPDATE ON s FOR EACH ROW SET @x = 1',
  ),
  code(
    'order of triggers',
    [
      'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
      'CREATE TRIGGER q BEFORE INSERT ON s FOR EACH ROW SET @x = 2',
    ],
    [
      'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
      'CREATE TRIGGER q BEFORE INSERT ON s FOR EACH ROW PRECEDES r SET @x = 2',
    ],
  ),
  code(
    'definer of a trigger',
    'CREATE DEFINER=`x`@`%` TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
    'CREATE DEFINER=`y`@`%` TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET @x = 1',
  ),
  code('sql_mode of a trigger', 'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1', [
    "SET SESSION sql_mode = ''",
    'CREATE TRIGGER r BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1',
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'",
  ]),
  ...(
    [
      ['event or none', 'EVERY 1 DAY STARTS x DO SELECT 1', ''],
      ['interval of an event', 'EVERY 1 DAY STARTS x DO SELECT 1', 'EVERY 2 DAY STARTS x DO SELECT 1'],
      ['unit of an event', 'EVERY 1 DAY STARTS x DO SELECT 1', 'EVERY 1 HOUR STARTS x DO SELECT 1'],
      [
        'end of an event',
        'EVERY 1 DAY STARTS x DO SELECT 1',
        'EVERY 1 DAY STARTS x ENDS x + INTERVAL 1 YEAR DO SELECT 1',
      ],
      ['body of an event', "EVERY 1 DAY STARTS x DO SELECT 'A'", "EVERY 1 DAY STARTS x DO SELECT 'a'"],
      ['disabled event', 'EVERY 1 DAY STARTS x DO SELECT 1', 'EVERY 1 DAY STARTS x DISABLE DO SELECT 1'],
      [
        'completion of an event',
        'EVERY 1 DAY STARTS x DO SELECT 1',
        'EVERY 1 DAY STARTS x ON COMPLETION PRESERVE DO SELECT 1',
      ],
      ['comment of an event', "EVERY 1 DAY STARTS x COMMENT 'x' DO SELECT 1", 'EVERY 1 DAY STARTS x DO SELECT 1'],
      ['event that happens once', 'EVERY 1 DAY STARTS x DO SELECT 1', 'AT x DO SELECT 1'],
    ] as const
  ).map(([name, first, otherwise]) => {
    const made = (schedule: string) =>
      schedule === ''
        ? []
        : [
            `CREATE EVENT e ON SCHEDULE ${schedule.replaceAll(' x', " '2035-01-01 00:00:00'").replace("COMMENT '2035-01-01 00:00:00'", "COMMENT 'x'")}`,
          ];
    return code(name, made(first), made(otherwise));
  }),
  // Accounts and what they may do.
  account('account or none', USER, ''),
  account('password', USER, USER.replace('secret', 'other')),
  account('no password', USER, 'CREATE USER ACCOUNT'),
  account('lock', USER, [USER, 'ALTER USER ACCOUNT ACCOUNT LOCK']),
  account('TLS', USER, `${USER} REQUIRE SSL`),
  account('certificate', `${USER} REQUIRE SUBJECT '/CN=a'`, `${USER} REQUIRE SUBJECT '/CN=b'`),
  account('expired', USER, [USER, 'ALTER USER ACCOUNT PASSWORD EXPIRE']),
  account('lifetime', USER, `${USER} PASSWORD EXPIRE INTERVAL 30 DAY`),
  account('limit', USER, `${USER} WITH MAX_USER_CONNECTIONS 5`),
  account('host', USER, USER.replace('ACCOUNT', "'ACCOUNT_NAME'@'10.0.0.1'")),
  account('comment', `${USER} COMMENT 'x'`, `${USER} COMMENT 'y'`, ['mysql']),
  account(
    'ways to sign in',
    `${USER} OR unix_socket`.replace("BY 'secret'", "VIA mysql_native_password USING PASSWORD('secret')"),
    USER,
    ['mariadb'],
  ),
  account('locked after failures', `${USER} FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2`, USER, ['mysql']),
  account('second password', [USER, "ALTER USER ACCOUNT IDENTIFIED BY 'secret' RETAIN CURRENT PASSWORD"], USER, [
    'mysql',
  ]),
  account('history', `${USER} PASSWORD HISTORY 3`, USER, ['mysql']),
  account('plugin', USER, "CREATE USER ACCOUNT IDENTIFIED WITH sha256_password BY 'secret'", ['mysql']),
  account('privilege', [USER, 'GRANT SELECT ON DB.* TO ACCOUNT'], [USER, 'GRANT SELECT, INSERT ON DB.* TO ACCOUNT']),
  account(
    'grant option',
    [USER, 'GRANT SELECT ON DB.* TO ACCOUNT'],
    [USER, 'GRANT SELECT ON DB.* TO ACCOUNT WITH GRANT OPTION'],
  ),
  account('grant option alone', USER, [USER, 'GRANT USAGE ON *.* TO ACCOUNT WITH GRANT OPTION']),
  account('table', [USER, 'GRANT SELECT ON DB.s TO ACCOUNT'], [USER, 'GRANT SELECT ON DB.* TO ACCOUNT']),
  account('column', [USER, 'GRANT SELECT (id) ON DB.s TO ACCOUNT'], [USER, 'GRANT SELECT (a) ON DB.s TO ACCOUNT']),
  account(
    'routine',
    [USER, 'CREATE PROCEDURE p() SELECT 1', 'GRANT EXECUTE ON PROCEDURE DB.p TO ACCOUNT'],
    [USER, 'CREATE PROCEDURE p() SELECT 1'],
  ),
  account(
    'pattern of databases',
    [USER, 'GRANT SELECT ON `DB%`.* TO ACCOUNT'],
    [USER, 'GRANT SELECT ON `DB\\_`.* TO ACCOUNT'],
  ),
  account(
    'quotes in a database',
    [USER, "GRANT SELECT ON `DB'a`.* TO ACCOUNT"],
    [USER, 'GRANT SELECT ON `DBa`.* TO ACCOUNT'],
  ),
  account(
    'dots in names',
    [USER, DOTTED, 'GRANT CREATE, SELECT ON `DB`.`a.b` TO ACCOUNT'],
    [USER, DOTTED, 'GRANT CREATE, SELECT ON `DB.a`.`b` TO ACCOUNT'],
  ),
  account('global privilege', [USER, 'GRANT PROCESS ON *.* TO ACCOUNT'], USER),
  account('dynamic privilege', [USER, 'GRANT BACKUP_ADMIN ON *.* TO ACCOUNT'], USER, ['mysql']),
  account('role', [USER, 'CREATE ROLE ROLE', 'GRANT ROLE TO ACCOUNT'], [USER, 'CREATE ROLE ROLE']),
  account(
    'role that may be passed on',
    [USER, 'CREATE ROLE ROLE', 'GRANT ROLE TO ACCOUNT'],
    [USER, 'CREATE ROLE ROLE', 'GRANT ROLE TO ACCOUNT WITH ADMIN OPTION'],
  ),
  account('privilege of a role', ['CREATE ROLE ROLE', 'GRANT SELECT ON DB.* TO ROLE'], ['CREATE ROLE ROLE']),
  account(
    'default role',
    [USER, 'CREATE ROLE ROLE', 'GRANT ROLE TO ACCOUNT', 'SET DEFAULT ROLE ROLE FOR ACCOUNT'],
    [USER, 'CREATE ROLE ROLE', 'GRANT ROLE TO ACCOUNT'],
  ),
  ...plantedSeldom,
];
