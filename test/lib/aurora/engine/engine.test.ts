import { Lazy } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseEngineFamily } from '../../../../lib/aurora/engine/engine';

const { auroraMysql, auroraPostgres, mysql, postgres } = DatabaseEngine;
const token = Lazy.string({ produce: () => 'no version at all' });

describe('an engine', () => {
  test.each([
    [mysql('5.7.44'), 'mysql', '5.7', 'mysql5.7', false],
    [mysql('5.7.44-rds.20240408'), 'mysql', '5.7', 'mysql5.7', false],
    [mysql('8.4'), 'mysql', '8.4', 'mysql8.4', false],
    [auroraMysql('5.7.mysql_aurora.2.11.5'), 'aurora-mysql', '5.7', 'aurora-mysql5.7', true],
    [auroraMysql('8.0.mysql_aurora.3.08.0'), 'aurora-mysql', '8.0', 'aurora-mysql8.0', true],
    [auroraMysql('8.4.mysql_aurora.8.4.7'), 'aurora-mysql', '8.4', 'aurora-mysql8.4', true],
    [postgres('16.4'), 'postgres', '16', 'postgres16', false],
    [postgres('9.6.24'), 'postgres', '9.6', 'postgres9.6', false],
    [postgres('11.22-rds.20240418'), 'postgres', '11', 'postgres11', false],
    [auroraPostgres('16.4-limitless'), 'aurora-postgresql', '16', 'aurora-postgresql16', true],
  ])('%s is %s of major version %s, with parameter groups of %s', (engine, name, major, group, isAurora) => {
    expect(engine.name).toBe(name);
    expect(engine.majorVersion).toBe(major);
    expect(engine.parameterGroupFamily).toBe(group);
    expect(engine.isAurora).toBe(isAurora);
    expect(engine.family).toBe(name.includes('mysql') ? DatabaseEngineFamily.MYSQL : DatabaseEngineFamily.POSTGRES);
  });

  test('says what it is', () => {
    expect(`${auroraPostgres('16.4')}, ${mysql('5.7.44')}`).toBe('Aurora PostgreSQL 16.4, MySQL 5.7.44');
  });

  test.each([
    ['Aurora’s own number', () => auroraMysql('3.08.0'), /Got '3.08.0' as a version of aurora-mysql.*8.0.mysql_aurora/],
    ['MySQL’s number', () => auroraMysql('8.0.39'), "Got '8.0.39'"],
    ['an Aurora version', () => mysql('8.0.mysql_aurora.3.08.0'), 'aws rds describe-db-instances'],
    ['a major version alone', () => mysql('8'), "Got '8'"],
    ['words', () => postgres('PostgreSQL 16'), "Got 'PostgreSQL 16'"],
    ['nothing', () => auroraPostgres(''), "Got ''"],
  ])('is refused with %s for a version', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('with a token for a version is what it is, and of no known major version', () => {
    const engine = mysql(token);
    expect([engine.version, engine.majorVersion, engine.standardSupportEnd]).toEqual([token, undefined, undefined]);
    expect(() => engine.parameterGroupFamily).toThrow('its version is a token');
  });
});

describe('two engines', () => {
  test.each([
    [auroraMysql('8.0.mysql_aurora.3.08.0'), mysql('8.0.39'), true],
    [auroraMysql('5.7.mysql_aurora.2.11.5'), mysql('8.0.39'), false],
    [auroraMysql('8.4.mysql_aurora.8.4.7'), mysql('8.4.3'), true],
    [auroraPostgres('16.4'), postgres('16.1'), true],
    [auroraPostgres('9.5.1'), postgres('9.6.1'), false],
    [auroraPostgres('16.4'), mysql('8.0.39'), false],
    [mysql(token), mysql('5.7.44'), true],
  ])('%s and %s: of the same major version is %s', (a, b, same) => {
    expect(a.isSameMajorAs(b)).toBe(same);
    expect(b.isSameMajorAs(a)).toBe(same);
  });

  test.each([
    ['a lower release of Aurora', auroraMysql('8.0.mysql_aurora.3.04.1'), auroraMysql('8.0.mysql_aurora.3.08.0'), true],
    [
      'a release with more digits',
      auroraMysql('8.0.mysql_aurora.3.10.1'),
      auroraMysql('8.0.mysql_aurora.3.9.0'),
      false,
    ],
    [
      'the version that counts again',
      auroraMysql('8.4.mysql_aurora.8.4.7'),
      auroraMysql('8.0.mysql_aurora.3.08.0'),
      false,
    ],
    ['Aurora of a lower major version', auroraMysql('5.7.mysql_aurora.2.11.5'), mysql('8.0.39'), true],
    ['Aurora of the same major version', auroraMysql('8.0.mysql_aurora.3.01.0'), mysql('8.0.39'), false],
    ['a lower minor version', postgres('16.1'), postgres('16.4'), true],
    ['a version stated less exactly', mysql('8.0'), mysql('8.0.39'), false],
    ['another database', postgres('9.6.1'), mysql('8.0.39'), false],
    ['a token', mysql(token), mysql('8.0.39'), false],
  ])('%s: a step back is %s → %s', (_, to, from, back) => {
    expect(to.isDowngradeFrom(from)).toBe(back);
  });
});

describe('the end of standard support', () => {
  test.each([
    [mysql('8.0.39'), '2026-07-31'],
    [auroraMysql('5.7.mysql_aurora.2.11.5'), '2024-10-31'],
    [auroraMysql('8.0.mysql_aurora.3.08.0'), '2028-04-30'],
    [auroraMysql('8.4.mysql_aurora.8.4.7'), undefined],
    [auroraPostgres('13.9'), '2026-02-28'],
    [postgres('14.9'), '2027-02-28'],
    [postgres('18.1'), undefined],
  ])('of %s is %s', (engine, end) => {
    expect(engine.standardSupportEnd).toBe(end);
  });
});
