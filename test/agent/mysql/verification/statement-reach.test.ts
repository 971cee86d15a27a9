import { folded, namesUsersTables, reachOf } from '../../../../agent/mysql/verification/statement-reach';

const UTF8 = 45;
const LATIN1 = 8;
const GBK = 28;
const ANSI = 4n;

const logged = (text: string | Buffer, charset = UTF8, sqlMode = 0n) => ({
  schema: 'shop',
  bytes: Buffer.from(text as string),
  status: { charset, sqlMode },
});

test.each([
  "GRANT SELECT ON shop.t TO 'a'@'%'",
  '/* TRUNCATE */ REVOKE ALL ON *.* FROM a',
  'ANALYZE TABLE t',
  'ANALYZE NO_WRITE_TO_BINLOG TABLE t, u',
  "SET PASSWORD FOR a = 'x'",
  'CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW v AS SELECT * FROM t',
  'CREATE DEFINER=`root`@`%` TRIGGER r BEFORE INSERT ON t FOR EACH ROW DELETE FROM u',
  'DROP PROCEDURE IF EXISTS p',
  'ALTER EVENT e DISABLE',
  "CREATE USER 'table'@'%'",
  'RENAME USER a TO b',
  'SET STATEMENT max_statement_time=1 FOR ANALYZE TABLE t',
  // RDS writes these itself.
  'INSERT INTO mysql.rds_heartbeat2(id, value) values (1,1782476058116) ON DUPLICATE KEY UPDATE value = 1782476058116',
  "INSERT INTO `mysql`.`rds_sysinfo`(name, value) values ('innodb_txn_key','Thu Nov 15 10:30:07 UTC 2018')",
  "SET STATEMENT max_statement_time=60 FOR DELETE FROM mysql.rds_sysinfo where name = 'innodb_txn_key'",
  'DELETE FROM mysql.rds_history',
  "UPDATE mysql.rds_configuration SET value = '24' WHERE name = 'binlog retention hours'",
])('%s changes no rows', (text) => {
  expect(reachOf(logged(text))).toBe('nothing');
});

test.each([
  ['UPDATE t SET v = 1'],
  ['INSERT INTO t VALUES (1)'],
  ['/* GRANT */ DELETE FROM t'],
  ['CALL p()'],
  ['ANALYZE UPDATE t SET v = 1'],
  ['ANALYZE FORMAT=JSON DELETE FROM t'],
  ['SET STATEMENT max_statement_time=1 FOR ANALYZE UPDATE t SET v = 1'],
  ['SELECT f()'],
  ['INSERT INTO mysql.rds_heartbeat2(id, value) VALUES (1, shop.f(2))'],
  ['INSERT INTO mysql.rds_heartbeat2 (id) SELECT f()'],
  ['INSERT INTO mysql.rds_heartbeat2 VALUES (1, (SELECT f()))'],
  ['UPDATE mysql.rds_configuration, t SET t.v = 1'],
  ['UPDATE mysql.rds_configuration JOIN t SET t.v = 1'],
  ['DELETE FROM mysql.rds_history, t USING mysql.rds_history JOIN t'],
  ['DELETE FROM rds_history'],
  ['DELETE FROM mysql.users_own'],
  ['INSERT INTO mysql.rds_history /*!40000 VALUES (1), */ VALUES (2)'],
  ['DO f()'],
  ['SET STATEMENT sql_mode = "" FOR REPLACE INTO t VALUES (1)'],
  ['CREATE TABLE a SELECT f() AS x'],
  ['CREATE TABLE a AS VALUES ROW(f())'],
  ['TRUNCATE TABLE `t'],
  ["ALTER TABLE t COMMENT 'x"],
  ['TRUNCATE TABLE t /* x'],
  [''],
])('%s may change everything', (text) => {
  expect(reachOf(logged(text))).toBe('everything');
});

test.each([
  ['TRUNCATE TABLE t/*x*/', ['t']],
  ['TRUNCATE/**/T# job', ['t']],
  ['truncate -- job\n `order lines`', ['order lines']],
  ['ALTER TABLE `a``b` ADD KEY (v)', ['a`b', 'v']],
  ['DROP INDEX i ON t', ['t']],
  ...['user', 'role', 'view', 'event', 'package', 'algorithm', 'definer', 'aggregate', 'online'].map(
    (word): [string, string[]] => [`TRUNCATE ${word}`, [word]],
  ),
  ['RENAME TABLE t TO u, `v.w` TO t', ['t', 'u', 'v.w']],
  ['ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u', ['t', 'u']],
  ['/*!40000 GRANT */ TRUNCATE t', ['t']],
  ['/*M!100100 ANALYZE */ TABLE t', ['t']],
  ['SET STATEMENT lock_wait_timeout = 1 FOR TRUNCATE t', ['t']],
  ['CREATE OR REPLACE TEMPORARY TABLE t (id INT)', ['t']],
  ["ALTER TABLE t COMMENT 'it\\'s', RENAME u", ['t', 'u']],
])('%s concerns what it names', (text, names) => {
  const reach = reachOf(logged(text));
  expect(reach).toEqual({ names: expect.any(Set), databases: false });
  expect([...(reach as { names: ReadonlySet<string> }).names]).toEqual(expect.arrayContaining(names));
});

test('a database that is dropped concerns all of its tables', () => {
  expect(reachOf(logged('DROP DATABASE IF EXISTS `Shop`'))).toMatchObject({ databases: true });
});

test('quotes mean what they meant to anyone who wrote them', () => {
  const text = 'TRUNCATE TABLE "order lines"';
  const names = (mode: bigint) => (reachOf(logged(text, UTF8, mode)) as { names: ReadonlySet<string> }).names;
  expect(names(ANSI)).toContain('order lines');
  expect(names(0n)).not.toContain('order lines');
  const backslash = "ALTER TABLE t COMMENT '\\', RENAME u -- '";
  expect((reachOf(logged(backslash, UTF8, 1n << 20n)) as { names: ReadonlySet<string> }).names).toContain('u');
});

test('letters mean what they meant to anyone who wrote them', () => {
  const latin = Buffer.from('TRUNCATE größe', 'latin1');
  const reach = reachOf(logged(latin, LATIN1));
  expect((reach as { names: ReadonlySet<string> }).names).toContain(folded('Größe'));
  // Of a character set that is not known here, or where the log says none, no name is certain.
  expect(reachOf(logged(latin, GBK))).toBe('everything');
  expect(reachOf(logged(latin, UTF8))).toBe('everything');
  expect(reachOf({ ...logged('TRUNCATE t'), status: { sqlMode: 0n } })).toBe('everything');
  expect(reachOf({ ...logged('TRUNCATE t'), status: { charset: UTF8 } })).toBe('everything');
  expect(reachOf(logged('TRUNCATE t', GBK))).toMatchObject({ databases: false });
});

test.each([
  ['İstanbul', 'istanbul'],
  ['ΑΣ', 'ασ'],
  ['Ärger', 'ärger'],
  ['K', 'k'],
])('a server that folds names to lower case may know %s as %s', (written, known) => {
  expect(folded(written)).toBe(folded(known));
});

test.each([
  'ALTER TABLE shop.orders ADD c INT',
  'TRUNCATE `shop`.`orders`',
  'DROP TABLE rds_history, shop.orders',
  'RENAME TABLE shop.orders TO shop.older',
  'CREATE TRIGGER shop.r BEFORE INSERT ON shop.orders FOR EACH ROW SET @x = 1',
  'CREATE DATABASE shop',
  'DROP DATABASE IF EXISTS shop',
  'INSERT INTO shop.orders VALUES (1)',
  'UPDATE shop.orders SET v = 1',
  'DELETE FROM shop.orders',
  'SET STATEMENT max_statement_time = 1 FOR DELETE FROM shop.orders',
  'UPDATE `shop.orders',
])('%s concerns tables of users, wherever it is run', (text) => {
  expect(namesUsersTables({ ...logged(text), schema: 'mysql' })).toBe(true);
});

test.each([
  'CREATE TABLE rds_history (id INT, rate DECIMAL DEFAULT 1.5)',
  'ALTER TABLE mysql.rds_configuration ADD c INT',
  'CREATE TABLE IF NOT EXISTS mysql.rds_history (id INT)',
  'CREATE TABLE IF NOT EXISTS rds_history (id INT)',
  'UPDATE rds_configuration c SET c.value = 1, c.name = 2',
  "INSERT INTO rds_heartbeat2 (id, value) VALUES (1, 'shop.orders')",
  'DROP PROCEDURE IF EXISTS mysql.rds_kill',
  'CREATE PROCEDURE rds_kill(IN thread BIGINT) BEGIN KILL thread; END',
])('%s concerns none', (text) => {
  expect(namesUsersTables({ ...logged(text), schema: 'mysql' })).toBe(false);
});
