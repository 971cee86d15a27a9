/** How one thing is defined, and how else it may be; the engines that know it. */
export interface Planted {
  readonly name: string;
  readonly first: readonly string[];
  readonly otherwise: readonly string[];
  readonly on: readonly ('mariadb' | 'mysql')[];
}

const BOTH = ['mariadb', 'mysql'] as const;
const MYSQL = ['mysql'] as const;
const MARIADB = ['mariadb'] as const;
const S = 'CREATE TABLE s (id INT PRIMARY KEY, a INT, b INT, n VARCHAR(20), d DATETIME)';
const BY_RANGE = 'CREATE TABLE t (c VARCHAR(9), d INT) PARTITION BY RANGE COLUMNS';

type Entry = readonly [name: string, first: string, otherwise: string, on?: Planted['on']];

/** Beside a table `s`; statements are parted by `;;`. */
const beside = ([name, first, otherwise, on = BOTH]: Entry): Planted => {
  const made = (text: string) => [S, ...text.split(';;').filter((each) => each !== '')];
  return { name: `seldom: ${name}`, first: made(first), otherwise: made(otherwise), on };
};
/** By the clause of a table's column, index or option. */
const clause = ([name, first, otherwise, on = BOTH]: Entry): Planted => {
  const made = (text: string) =>
    `CREATE TABLE t (id INT PRIMARY KEY, a INT, n VARCHAR(20)${text === '' ? '' : `, ${text}`})`;
  return beside([name, made(first), made(otherwise), on]);
};
const option = ([name, first, otherwise, on = BOTH]: Entry): Planted => {
  const made = (text: string) => `CREATE TABLE t (id INT PRIMARY KEY, a INT, n VARCHAR(20)) ${text}`;
  return beside([name, made(first), made(otherwise), on]);
};
const view = ([name, first, otherwise, on = BOTH]: Entry): Planted =>
  beside([`view: ${name}`, `CREATE VIEW v AS SELECT ${first}`, `CREATE VIEW v AS SELECT ${otherwise}`, on]);

/** What few people use, and newer versions have. */
export const plantedSeldom: readonly Planted[] = [
  ...(
    [
      ['check of a column itself', 'c INT CHECK (c > 1)', 'c INT CHECK (c > 2)'],
      ['computed and hidden', 'c INT AS (a) VIRTUAL', 'c INT AS (a) VIRTUAL INVISIBLE'],
      ['date that is none', "c DATE DEFAULT '0000-00-00'", 'c DATE'],
      ['sign of a time', "c TIME DEFAULT '-01:00:00'", "c TIME DEFAULT '01:00:00'"],
      ['blank at the end of a default', "c VARCHAR(9) DEFAULT 'a '", "c VARCHAR(9) DEFAULT 'a'"],
      ['line in a default', "c VARCHAR(9) DEFAULT 'a\\nb'", "c VARCHAR(9) DEFAULT 'a b'"],
      ['last digit of a default', 'c DOUBLE DEFAULT 0.1', 'c DOUBLE DEFAULT 0.10000000000000002'],
      ['empty label', "c ENUM('a', '')", "c ENUM('a')"],
      ['blank before a label', "c ENUM('a', 'b')", "c ENUM('a', ' b')"],
      ['comma in a label', "c ENUM('a,b')", "c ENUM('a', 'b')"],
      ['order of members', "c SET('a', 'b')", "c SET('b', 'a')"],
      [
        'fraction on update',
        'c DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)',
        'c DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3)',
      ],
      [
        'set of a literal',
        "c VARCHAR(9) AS (concat(n, _latin1'a')) STORED",
        "c VARCHAR(9) AS (concat(n, _utf8mb4'b')) STORED",
      ],
      [
        'LIKE and its escape',
        "CONSTRAINT c CHECK (n LIKE 'a|%' ESCAPE '|')",
        "CONSTRAINT c CHECK (n LIKE 'a|%' ESCAPE '!')",
      ],
      ['index of a spot', 'c POINT NOT NULL, SPATIAL KEY k (c)', 'c POINT NOT NULL'],
      ['index of a cast', 'KEY k ((CAST(n AS CHAR(5))))', 'KEY k ((CAST(n AS CHAR(6))))', MYSQL],
      [
        'index of several values',
        "j JSON, KEY k ((CAST(j->'$.a' AS UNSIGNED ARRAY)))",
        "j JSON, KEY k ((CAST(j->'$.b' AS UNSIGNED ARRAY)))",
        MYSQL,
      ],
      ['direction of an expression', 'KEY k ((a + 1) DESC)', 'KEY k ((a + 1))', MYSQL],
      ['format of a column', 'c INT COLUMN_FORMAT FIXED', 'c INT', MYSQL],
      ['storage of a column', 'c INT STORAGE DISK', 'c INT', MYSQL],
      ['column that a second engine has not', 'c INT NOT SECONDARY', 'c INT', MYSQL],
      ['attribute for a second engine', `c INT SECONDARY_ENGINE_ATTRIBUTE '{"a": 1}'`, 'c INT', MYSQL],
      ['attribute of an index', `KEY k (a) SECONDARY_ENGINE_ATTRIBUTE '{"a": 1}'`, 'KEY k (a)', MYSQL],
      ['check that stands there twice', 'CHECK (a > 0), CHECK (a > 0)', 'CHECK (a > 0)'],
      ['hash that is a tree', 'KEY k (a) USING HASH', 'KEY k (n) USING HASH'],
      ['several geometries', 'c GEOMETRYCOLLECTION', 'c MULTIPOINT'],
      ['bytes of a default that are no text', "c VARBINARY(4) DEFAULT X'00FF'", "c VARBINARY(4) DEFAULT X'00FE'"],
      ['bytes of a default that are a text', "c VARBINARY(4) DEFAULT X'41'", "c VARBINARY(4) DEFAULT X'42'"],
      ['compressed column', 'c TEXT COMPRESSED', 'c TEXT', MARIADB],
      ['period of an application', 'f DATE, u DATE, PERIOD FOR p (f, u)', 'f DATE NOT NULL, u DATE NOT NULL', MARIADB],
      [
        'without overlaps',
        'f DATE, u DATE, PERIOD FOR p (f, u), UNIQUE k (a, p WITHOUT OVERLAPS)',
        'f DATE, u DATE, PERIOD FOR p (f, u), UNIQUE k (a, f, u)',
        MARIADB,
      ],
    ] as const satisfies readonly Entry[]
  ).map(clause),
  ...(
    [
      ['room that is added', 'AUTOEXTEND_SIZE=4M', '', MYSQL],
      ['compression of pages', "COMPRESSION='zlib'", '', MYSQL],
      ['second engine', 'SECONDARY_ENGINE=rapid', '', MYSQL],
      ['compressed pages', 'PAGE_COMPRESSED=1', '', MARIADB],
      ['length of a row', 'AVG_ROW_LENGTH=50', ''],
      ['pages of statistics', 'STATS_SAMPLE_PAGES=5', ''],
      ['automatic statistics', 'STATS_AUTO_RECALC=0', ''],
      ['smallest number of rows', 'MIN_ROWS=5', ''],
      [
        'algorithm of a key',
        'PARTITION BY KEY ALGORITHM=1 (id) PARTITIONS 2',
        'PARTITION BY KEY ALGORITHM=2 (id) PARTITIONS 2',
      ],
      [
        'rows of a partition',
        'PARTITION BY HASH (id) (PARTITION p MAX_ROWS=5)',
        'PARTITION BY HASH (id) (PARTITION p)',
      ],
      [
        'which partition has fewest rows',
        'PARTITION BY HASH (id) (PARTITION p MIN_ROWS=5, PARTITION q)',
        'PARTITION BY HASH (id) (PARTITION p, PARTITION q MIN_ROWS=5)',
      ],
      [
        'rows of a subpartition',
        'PARTITION BY RANGE (id) SUBPARTITION BY KEY ALGORITHM=1 (id) (PARTITION p VALUES LESS THAN (5) (SUBPARTITION x MAX_ROWS=5))',
        'PARTITION BY RANGE (id) SUBPARTITION BY KEY ALGORITHM=1 (id) (PARTITION p VALUES LESS THAN (5) (SUBPARTITION x))',
      ],
      [
        'partition of the rest',
        'PARTITION BY LIST (id) (PARTITION p VALUES IN (1), PARTITION q DEFAULT)',
        'PARTITION BY LIST (id) (PARTITION p VALUES IN (1))',
        MARIADB,
      ],
    ] as const satisfies readonly Entry[]
  ).map(option),
  ...(
    [
      [
        'case of a bound',
        `${BY_RANGE} (c) (PARTITION p VALUES LESS THAN ('b'))`,
        `${BY_RANGE} (c) (PARTITION p VALUES LESS THAN ('B'))`,
      ],
      [
        'quote in a bound',
        `${BY_RANGE} (c) (PARTITION p VALUES LESS THAN ('b''c'))`,
        `${BY_RANGE} (c) (PARTITION p VALUES LESS THAN ('bc'))`,
      ],
      [
        'columns of a bound',
        `${BY_RANGE} (c, d) (PARTITION p VALUES LESS THAN ('b', 5))`,
        `${BY_RANGE} (c, d) (PARTITION p VALUES LESS THAN ('b', MAXVALUE))`,
      ],
      [
        'NULL in a list',
        'CREATE TABLE t (id INT) PARTITION BY LIST (id) (PARTITION p VALUES IN (1, NULL))',
        'CREATE TABLE t (id INT) PARTITION BY LIST (id) (PARTITION p VALUES IN (1))',
      ],
      [
        'direction in a primary key',
        'CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a DESC, b))',
        'CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))',
        MYSQL,
      ],
      [
        'hidden key',
        'CREATE TABLE t (id INT NOT NULL, UNIQUE k (id))',
        'CREATE TABLE t (id INT NOT NULL, PRIMARY KEY k (id))',
      ],
      [
        'key that refers to itself',
        'CREATE TABLE t (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES t (id))',
        'CREATE TABLE t (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES s (id))',
      ],
      [
        'column that is not versioned',
        'CREATE TABLE t (id INT PRIMARY KEY, c INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING',
        'CREATE TABLE t (id INT PRIMARY KEY, c INT) WITH SYSTEM VERSIONING',
        MARIADB,
      ],
      [
        'order of triggers',
        'CREATE TRIGGER one BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1;;CREATE TRIGGER two BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 2',
        'CREATE TRIGGER one BEFORE INSERT ON s FOR EACH ROW SET NEW.a = 1;;CREATE TRIGGER two BEFORE INSERT ON s FOR EACH ROW PRECEDES one SET NEW.a = 2',
      ],
      [
        'package',
        'SET sql_mode = ORACLE;;CREATE PACKAGE p AS FUNCTION f RETURN INT; END;;CREATE PACKAGE BODY p AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;;SET sql_mode = STRICT_TRANS_TABLES',
        'SET sql_mode = ORACLE;;CREATE PACKAGE p AS FUNCTION f RETURN INT; END;;CREATE PACKAGE BODY p AS FUNCTION f RETURN INT AS BEGIN RETURN 2; END; END;;SET sql_mode = STRICT_TRANS_TABLES',
        MARIADB,
      ],
      [
        'aggregate of users',
        'CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x',
        'CREATE AGGREGATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN x; LOOP FETCH GROUP NEXT ROW; END LOOP; END',
        MARIADB,
      ],
      ['engine of a sequence', 'CREATE SEQUENCE q ENGINE=InnoDB', 'CREATE SEQUENCE q ENGINE=MyISAM', MARIADB],
      [
        'several geometries of a routine',
        'CREATE PROCEDURE p(IN x GEOMETRYCOLLECTION) SELECT 1;;CREATE FUNCTION f() RETURNS GEOMETRYCOLLECTION DETERMINISTIC RETURN NULL',
        'CREATE PROCEDURE p(IN x POINT) SELECT 1;;CREATE FUNCTION f() RETURNS GEOMETRYCOLLECTION DETERMINISTIC RETURN NULL',
      ],
      [
        'whether an event stays',
        "CREATE EVENT e ON SCHEDULE AT '2035-01-01 00:00:00' ON COMPLETION PRESERVE DO DO 1",
        "CREATE EVENT e ON SCHEDULE AT '2035-01-01 00:00:00' DO DO 1",
      ],
      [
        'zone of an event',
        "SET time_zone = '+01:00';;CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DO DO 1;;SET time_zone = '+00:00'",
        "SET time_zone = '+02:00';;CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 01:00:00' DO DO 1;;SET time_zone = '+00:00'",
      ],
      [
        'server of FEDERATED',
        "CREATE SERVER DB FOREIGN DATA WRAPPER mysql OPTIONS (HOST '192.0.2.1', DATABASE 'a', USER 'u', PASSWORD 'p')",
        "CREATE SERVER DB FOREIGN DATA WRAPPER mysql OPTIONS (HOST '192.0.2.2', DATABASE 'a', USER 'u', PASSWORD 'p')",
      ],
      [
        'newline in a name',
        'CREATE TABLE `t\nx` (id INT PRIMARY KEY, a INT)',
        'CREATE TABLE `t\nx` (id INT PRIMARY KEY)',
      ],
      [
        'names that differ in a quote',
        "CREATE TABLE `t'x` (id INT PRIMARY KEY)",
        'CREATE TABLE `t"x` (id INT PRIMARY KEY)',
      ],
    ] as const satisfies readonly Entry[]
  ).map(beside),
  ...(
    [
      ['ROLLUP', 'a, count(*) AS x FROM s GROUP BY a', 'a, count(*) AS x FROM s GROUP BY a WITH ROLLUP'],
      [
        'table of a JSON',
        "x FROM JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$')) q",
        "x FROM JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$.a')) q",
      ],
      ['hint of an index', 'id FROM s USE INDEX (PRIMARY)', 'id FROM s'],
      ['set of a literal', "_latin1'a' AS x", "_utf8mb4'a' AS x"],
      [
        'literal of a moment',
        "id FROM s WHERE d > TIMESTAMP'2020-01-01 00:00:00'",
        "id FROM s WHERE d > TIMESTAMP'2020-01-02 00:00:00'",
      ],
      ['number in hexadecimal', 'id FROM s WHERE n = 0x41', 'id FROM s WHERE n = 0x61'],
      ['pattern', "id FROM s WHERE n REGEXP '^A'", "id FROM s WHERE n REGEXP '^a'"],
      [
        'collation of a comparison',
        "id FROM s WHERE n = 'a' COLLATE utf8mb4_bin",
        "id FROM s WHERE n = 'a' COLLATE utf8mb4_general_ci",
      ],
      [
        'EXISTS',
        'id FROM s WHERE EXISTS (SELECT 1 FROM s t WHERE t.a = s.id)',
        'id FROM s WHERE EXISTS (SELECT 1 FROM s t WHERE t.b = s.id)',
      ],
      [
        'end of a window',
        'sum(a) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS x FROM s',
        'sum(a) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS x FROM s',
      ],
      [
        'recursion',
        '* FROM (WITH RECURSIVE q AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM q WHERE n < 5) SELECT n FROM q) z',
        '* FROM (WITH RECURSIVE q AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM q WHERE n < 6) SELECT n FROM q) z',
      ],
      ['minus', '-a - -1 AS x FROM s', '-(a - -1) AS x FROM s'],
      ['comparison of a comparison', '(a = b) = 1 AS x FROM s', 'a = (b = 1) AS x FROM s'],
      ['backslash of a literal', "'a\\\\%' AS x", "'a%' AS x"],
      ['intersection', 'id FROM s INTERSECT SELECT a FROM s', 'id FROM s EXCEPT SELECT a FROM s'],
      [
        'condition of an intersection',
        'id FROM s INTERSECT SELECT a FROM s WHERE a < 3 AND b = 4',
        'id FROM s INTERSECT SELECT a FROM s WHERE a < 3',
      ],
      [
        'column that is not NULL in an intersection',
        'id FROM s INTERSECT SELECT a FROM s WHERE a IS NOT NULL',
        'id FROM s INTERSECT SELECT a FROM s',
      ],
      [
        'groups of an intersection',
        'id, a FROM s INTERSECT SELECT a, id FROM s GROUP BY a, id',
        'id, a FROM s INTERSECT SELECT a, id FROM s',
      ],
      [
        'what binds tightly',
        'id FROM s UNION SELECT a FROM s INTERSECT SELECT b FROM s',
        'id FROM s UNION (SELECT a FROM s UNION ALL SELECT b FROM s)',
      ],
      [
        'what is taken off',
        'id FROM s EXCEPT SELECT a FROM s EXCEPT SELECT b FROM s',
        'id FROM s EXCEPT (SELECT a FROM s EXCEPT SELECT b FROM s)',
      ],
      [
        'which union drops what is there twice',
        'id FROM s UNION ALL SELECT a FROM s UNION SELECT b FROM s',
        'id FROM s UNION SELECT a FROM s UNION ALL SELECT b FROM s',
      ],
      [
        'limit in a union',
        'q.x FROM ((SELECT id AS x FROM s ORDER BY a LIMIT 1) UNION SELECT a FROM s) q',
        'q.x FROM ((SELECT id AS x FROM s ORDER BY a LIMIT 2) UNION SELECT a FROM s) q',
      ],
      [
        'order of an intersection',
        'id FROM s INTERSECT SELECT a FROM s ORDER BY id LIMIT 2',
        'id FROM s INTERSECT SELECT a FROM s ORDER BY id LIMIT 3',
      ],
      [
        'columns of a WITH',
        'x FROM (WITH q(x) AS (SELECT a FROM s) SELECT x FROM q) z',
        'x FROM (WITH q(x) AS (SELECT b FROM s) SELECT x FROM q) z',
      ],
      [
        'window by name',
        'sum(a) OVER w AS x, count(*) OVER (w ROWS 1 PRECEDING) AS y FROM s WINDOW w AS (PARTITION BY b ORDER BY id)',
        'sum(a) OVER w AS x, count(*) OVER (w ROWS 1 PRECEDING) AS y FROM s WINDOW w AS (PARTITION BY n ORDER BY id)',
      ],
      [
        'row',
        'id FROM s WHERE (a, b) = (1, 2) OR (a, b) <> (3, 4)',
        'id FROM s WHERE (a, b) = (1, 2) OR (a, b) <> (3, 5)',
      ],
    ] as const satisfies readonly Entry[]
  ).map(view),
];
