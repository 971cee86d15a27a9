import { dialectOf } from '../../../../agent/mysql/dialect';
import { comparePrivileges, onDatabases, readPrivileges } from '../../../../agent/mysql/verification/schema/grants';
import { between, Spelling } from '../../../../agent/mysql/verification/schema/spelling';
import { canonical } from '../../../../agent/mysql/verification/schema/sql/canonical';
import { tokensOf } from '../../../../agent/mysql/verification/schema/sql/tokens';

const across = new Spelling({ sameVersion: false, converting: false });
const within = new Spelling({ sameVersion: true, converting: false });
const toAurora = new Spelling({ sameVersion: false, converting: true });

describe('one spelling for two servers', () => {
  test.each([
    ['parentheses that change nothing', '((`a` + (`b` * 2)) > 3)', '`a` + `b` * 2 > 3'],
    ['lists of AND and OR', '((`a` and `b`) and (`c` or (`d` or `e`)))', '`a` and `b` and (`c` or `d` or `e`)'],
    ['NOT before a comparison', "(not((`n` like _utf8mb4'x')))", "`n` not like 'x'"],
    ['NOT IN', '(`a` not in (1,2))', '!(`a` in (1,2))'],
    ['IS NOT NULL', '(`a` is not null)', 'not `a` is null'],
    ['a negated comparison', '(0 = `a`)', '`a` = 0'],
    ['a number that is asked whether it is true', '((0 <> `a`) and (0 <> `b`))', '`a` <> 0 and `b`'],
    ['true and false', 'select true AS `t`,false AS `f`', 'select 1 AS `t`,0 AS `f`'],
    ['the character set of the connection', "concat(_utf8mb4'a',_utf8'b')", "concat('a','b')"],
    ['escapes of a text', "'it\\'s'", "'it''s'"],
    ['bytes', "X'4F'", '0x4f'],
    ['the present moment', 'now(3)', 'CURRENT_TIMESTAMP(3)'],
    ['the present moment without a fraction', 'now()', 'CURRENT_TIMESTAMP'],
    ['other names of a function', 'ucase(lcase(octet_length(`n`)))', 'upper(lower(length(`n`)))'],
    ['a pattern', "regexp_like(`n`,'x')", "`n` regexp 'x'"],
    ['a remainder', '(`a` % 2)', '`a` MOD 2'],
    ['a remainder that is called', 'mod(`a`,2)', '`a` % 2'],
    ['two bounds that are one', '(`a` = 1)', '`a` between 1 and 1'],
    ['the sign of a number', '-(-(3)) + -(0)', '3 + 0'],
    ['a literal of a moment', "((`d` > timestamp'2020-01-01 00:00:00'))", "`d` > TIMESTAMP'2020-01-01 00:00:00'"],
    [
      'a width in JSON_TABLE',
      "json_table(`j`, '$[*]' columns (`x` int(11) path '$', `y` char(5) path '$.y'))",
      "json_table(`j`,'$[*]' columns (`x` int path '$',`y` char(5) path '$.y'))",
    ],
    ['one of one', "(`e` = _utf8mb4'A')", "`e` in ('A')"],
    [
      'a query that only has to exist',
      '(not exists(select 1 from `t` where (`t`.`id` = 1)))',
      '!exists(select 1 from `t` where `t`.`id` = 1 limit 1)',
    ],
    [
      'order by place, name or expression',
      'select `a` AS `x` from `t` order by `x` desc',
      'select `a` AS `x` from `t` order by `a` desc',
    ],
    ['order by a number', 'select `a` AS `x` from `t` order by 1', 'select `a` AS `x` from `t` order by `x` ASC'],
    [
      'words of a window',
      'row_number() OVER (PARTITION BY `a` ORDER BY `b` desc ) ',
      'row_number() over ( partition by `a` order by `b` desc)',
    ],
    [
      'what MySQL adds to an intersection',
      'select `a` AS `a` from `s` intersect select `b` AS `b` from `s` where ((`c` = 1) and (`b` is not null) and (`b` is not null))',
      'select `a` AS `a` from `s` intersect select `b` AS `b` from `s` where `c` = 1',
    ],
    [
      'a query in parentheses, or from which MariaDB selects',
      'select 1 AS `a` union (select 2 AS `b` intersect select 3 AS `c`)',
      'select 1 AS `a` union select `__5`.`b` AS `b` from (select 2 AS `b` intersect select 3 AS `c`) `__5`',
    ],
    [
      'a union that drops what is there twice',
      '(select 1 AS `a` union select 2 AS `b`) union all select 3 AS `c`',
      'select 1 AS `a` union select 2 AS `b` union all select 3 AS `c`',
    ],
    [
      'columns of a subquery',
      'with `q` (`x`) as (select `a` AS `a` from `s`) select `q`.`x` AS `x` from `q`',
      'with q(`x`) as (select `a` AS `x` from `s`)select `q`.`x` AS `x` from `q`',
    ],
    [
      'a window by its name',
      'select sum(`a`) OVER `w` AS `x` from `s` window `w` AS (PARTITION BY `b` ORDER BY `c` ) ',
      'select sum(`a`) over ( partition by `b` order by `c`) AS `x` from `s`',
    ],
    ['rows that are compared', '((`a` = 1) and (`b` = 2))', '(`a`,`b`) = (1,2)'],
    ['rows that are not alike', '((`a` <> 1) or (`b` <> 2))', '(`a`,`b`) <> (1,2)'],
    ['the name of a subquery', 'with c as (select 1)select 1', 'with `c` as (select 1) select 1'],
    [
      'a condition of a join',
      'select 1 from (`a` join `b` on(((`a`.`x` = 1) and `b`.`y`)))',
      'select 1 from (`a` join `b` on(`a`.`x` = 1 and `b`.`y`))',
    ],
    ['utf8', 'cast(`a` as char charset utf8)', 'cast(`a` as char charset utf8mb3)'],
    ['comments', '/* x */ `a` -- y\n + 1', '`a` + 1'],
    [
      'the database of a view by another name',
      'select `d`.`l`.`x` from `d`.`v` `l`',
      'select `l`.`x` from `d`.`v` `l`',
    ],
    ['a date of a moment', 'cast(`d` as date)', 'date(`d`)'],
    ['what is not true', '(0 = (`a` + 1))', '!(`a` + 1)'],
    ['what is not in a list of one', '(0 = `a`)', '`a` in (0)'],
    [
      'NOT IN a query, where rows without an answer are left out',
      'select 1 from `t` where (`a` in (select 1 from `u`) is false and (`b` or (`c` in (select 2 from `u`) is false)))',
      'select 1 from `t` where !(`a` in (select 1 from `u`)) and (`b` or !(`c` in (select 2 from `u`)))',
    ],
    ['a geometry', "st_geometryfromtext('POINT(1 2)',4326)", "st_geomfromtext('POINT(1 2)',4326)"],
  ])('%s', (_, one, other) => expect(canonical(one)).toBe(canonical(other)));

  test.each([
    ['parentheses that change something', '(a + b) * 2', 'a + b * 2'],
    ['the order of a difference', 'a - (b - c)', 'a - b - c'],
    ['AND before OR', '(a or b) and c', 'a or b and c'],
    ['NOT before AND', 'not (a and b)', 'not a and b'],
    ['XOR and AND', '(a xor b) and c', 'a xor b and c'],
    ['a bit and a comparison', '(a & 1) = 2', 'a & (1 = 2)'],
    ['comparisons in a row', '(a = b) = c', 'a = (b = c)'],
    ['BETWEEN and AND', 'a between 1 and 2 and b', 'a between 1 and (2 and b)'],
    ['a sign', '-(a + b)', '-a + b'],
    ['case of a text', "n = 'ADMIN'", "n = 'admin'"],
    ['blanks of a text', "n = 'a  b'", "n = 'a b'"],
    ['quotes of a text', "n = 'a''b'", "n = 'ab'"],
    ['a name and a text', 'n = `a`', "n = 'a'"],
    ['case of a name', '`a`', '`A`'],
    ['a dot in a name', '`a`.`b.c`', '`a.b`.`c`'],
    ['a number and its text', 'n = 1', "n = '1'"],
    ['another character set', "_latin1'x'", "_utf8mb4'x'"],
    ['a limit of a query that is no existence', 'a in (select 1 limit 1)', 'a in (select 1)'],
    ['a collation', 'n collate utf8mb4_bin', 'n'],
    ['a zero that is compared with zero', '(0 <> a) + 1', 'a + 1'],
    ['escapes of a pattern', "n like 'a\\\\_b'", "n like 'a_b'"],
    ['IN a query', 'a in (select b from c)', 'a = b'],
    ['ANY and ALL', 'a < any (select 1)', 'a < all (select 1)'],
    [
      'tables of two databases',
      'select `d`.`l`.`x` from `d`.`l`, `e`.`v` `l`',
      'select `l`.`x` from `d`.`l`, `e`.`v` `l`',
    ],
    ['moments', "d > date'2020-01-01'", "d > date'2020-01-02'"],
    [
      'paths of JSON_TABLE',
      "json_table(j, '$' columns (x int(11) path '$'))",
      "json_table(j, '$' columns (x int path '$.a'))",
    ],
    // MySQL forgets it as it is defined: what MariaDB keeps is another thing there.
    ['the character set of CHAR', 'char(233 using latin1)', 'char(233)'],
    ['false and no answer', 'select a is false', 'select not a'],
    ['a unit', 'd + interval 1 day', 'd + interval 1 month'],
    ['columns of a list', '(a, b) in (1, 2)', '(b, a) in (1, 2)'],
    ['a branch', 'case when a then 1 else 2 end', 'case when a then 2 else 1 end'],
  ])('does not confuse %s', (_, one, other) => expect(canonical(one)).not.toBe(canonical(other)));

  test('many tables that are joined, one within the other', () => {
    const joined = (tables: number): string =>
      tables === 0 ? '`t`' : `(${joined(tables - 1)} join \`t${tables}\` on((\`t${tables}\`.\`a\` = 1)))`;
    expect(canonical(`select 1 from ${joined(60)}`)).toContain('`t60`');
  });

  test('a type without a width that says nothing', () => {
    expect(across.columnType('int(11) unsigned')).toBe('int unsigned');
    expect(across.columnType('year(4)')).toBe('year');
    expect(across.columnType('tinyint(1)')).toBe('tinyint(1)');
    expect(across.columnType('int(8) unsigned zerofill')).toBe('int(8) unsigned zerofill');
    expect(across.columnType("enum('int(5)')")).toBe("enum('int(5)')");
    expect(within.columnType('int(11)')).toBe('int(11)');
  });

  test('a default by what a row gets', () => {
    const preset = (sql: string) => across.columnDefault(tokensOf(sql));
    expect(preset('5')).toBe(preset("'5'"));
    expect(preset('(5)')).toBe(preset('5'));
    expect(preset('-1.50')).toBe(preset("'-1.50'"));
    expect(preset('current_timestamp(3)')).toBe(preset('CURRENT_TIMESTAMP(3)'));
    expect(preset("concat('a','B')")).toBe(preset("(concat(_utf8mb4'a',_utf8mb4'B'))"));
    expect(new Set([preset('NULL'), preset("'NULL'"), preset("''")]).size).toBe(3);
  });

  test('words of indexes, keys, modes, checks and roles, between versions only', () => {
    expect(across.attributes(tokensOf('IGNORED'))).toBe(across.attributes(tokensOf('/*!80000 INVISIBLE */')));
    expect(within.attributes(tokensOf('IGNORED'))).not.toBe(within.attributes(tokensOf('INVISIBLE')));
    expect(across.indexOptions(tokensOf('KEY_BLOCK_SIZE=4 USING BTREE'), 'InnoDB')).toBe('using btree');
    expect(across.indexOptions(tokensOf('USING HASH'), 'InnoDB')).toBe('');
    expect(across.indexOptions(tokensOf('USING HASH'), 'MEMORY')).toBe('using hash');
    expect(within.indexOptions(tokensOf('USING HASH'), 'InnoDB')).toBe('using hash');
    expect(across.referentialRule('RESTRICT')).toBe('NO ACTION');
    expect(within.referentialRule('RESTRICT')).toBe('RESTRICT');
    expect(across.sqlMode('STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER')).toBe(across.sqlMode('STRICT_TRANS_TABLES'));
    expect(within.sqlMode('NO_AUTO_CREATE_USER')).not.toBe('');
    expect([across.isNamed('t_chk_1', 't'), across.isNamed('CONSTRAINT_2', 't'), across.isNamed('pos', 't')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(within.isNamed('t_chk_1', 't')).toBe(true);
    expect([across.host(''), within.host('')]).toEqual(['%', '']);
    expect(across.charset('utf8_general_ci')).toBe('utf8mb3_general_ci');
    expect(across.tableOptions('STATS_PERSISTENT=0 row_format=COMPRESSED partitioned')).toBe('stats_persistent=0');
  });

  test('privileges, revoked ones too, each by itself', () => {
    const privileges = (...grants: string[]) => [...readPrivileges(grants, across)].sort();
    expect(privileges('GRANT SELECT, INSERT ON *.* TO `u`@`%`', 'REVOKE INSERT ON `mysql`.* FROM `u`@`%`')).toEqual([
      'INSERT on *.*',
      'SELECT on *.*',
      'not INSERT on mysql.*',
    ]);
    expect(privileges('GRANT SELECT (`b,c`, `a`) ON `x`.`y.z` TO `u`@`%` WITH GRANT OPTION')).toEqual([
      'SELECT (`b,c`) on x.`y.z` with grant option',
      'SELECT (a) on x.`y.z` with grant option',
    ]);
    expect(privileges("GRANT SELECT ON `x.y`.`z` TO 'u'@'%'")).not.toEqual(
      privileges("GRANT SELECT ON `x`.`y.z` TO 'u'@'%'"),
    );
    expect(privileges('GRANT `r` TO `u`@`%` WITH ADMIN OPTION')).toEqual(['the role r@% with admin option']);
    expect(privileges('GRANT `r`@`%` TO `u`@`%` WITH ADMIN OPTION')).toEqual(['the role r@% with admin option']);
    expect(privileges("GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*AB' REQUIRE SSL")).toEqual([]);
    expect(privileges('GRANT EXECUTE ON PROCEDURE `x`.`on to` TO `u`@`%`')).toEqual(['EXECUTE on procedure x.`on to`']);
  });

  test('all privileges, whether they are counted or not', () => {
    const listed = readPrivileges([`GRANT ${onDatabases.join(', ')} ON \`x\`.* TO \`u\`@\`%\``], across);
    const all = readPrivileges(['GRANT ALL PRIVILEGES ON `x`.* TO `u`@`%`'], across);
    const fewer = readPrivileges([`GRANT ${onDatabases.slice(1).join(', ')} ON \`x\`.* TO \`u\`@\`%\``], across);
    expect(comparePrivileges(listed, all, false)).toEqual({ missing: [], added: [], ofOneVersion: [] });
    expect(comparePrivileges(fewer, all, false)).toMatchObject({ added: ['ALL PRIVILEGES on x.*'] });
  });

  test('what Aurora converts, towards Aurora only', () => {
    expect([toAurora.storageEngine('MyISAM'), across.storageEngine('MyISAM')]).toEqual(['InnoDB', 'MyISAM']);
    expect([toAurora.rowFormat('Compressed'), across.rowFormat('Compressed')]).toEqual(['Dynamic', 'Compressed']);
    expect(toAurora.tableOptions('KEY_BLOCK_SIZE=8')).toBe('');
    const [rds, newer] = [dialectOf('8.0.36'), dialectOf('8.0.40')];
    expect(between(rds, rds, { from: false, to: true })).toEqual({ sameVersion: false, converting: true });
    expect(between(rds, dialectOf('8.0.36-log'), { from: false, to: false }).sameVersion).toBe(true);
    expect(between(rds, newer, { from: true, to: true }).sameVersion).toBe(false);
  });
});
