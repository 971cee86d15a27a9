import { conversions } from '../../../../agent/mysql/conversions';
import { convert } from '../../../../agent/mysql/convert';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();

const DECLARED: readonly Conversion[] = [{ kind: 'toInnoDb' }];
const BIG = 'toInnoDb shop.big';

describe.each(['mariadb', 'mysql'] as const)('a converting replica of %s that has no space left', (engine) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;

  beforeAll(async () => {
    // A storage of so much, for tables are made in it and not in files of their own.
    const storage = { innodb_data_file_path: 'ibdata1:12M:autoextend:max:32M', innodb_file_per_table: 'OFF' };
    chained = await Chained.start(stage, engine, storage);
    const { onBlue } = chained;
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query(
      'CREATE TABLE shop.big (id INT AUTO_INCREMENT PRIMARY KEY, a CHAR(100), b CHAR(100)) ENGINE=MyISAM',
    );
    await onBlue.query('INSERT INTO shop.big (a, b) VALUES (UUID(), UUID())');
    for (let doubled = 0; doubled < 18; doubled += 1) {
      await onBlue.query('INSERT INTO shop.big (a, b) SELECT UUID(), UUID() FROM shop.big');
    }
    await chained.applied();
  }, 120_000);
  afterAll(() => stage.end());

  test('is told so, replicates again, and has the table as it was', async () => {
    const databases = await chained.databases(DECLARED);
    await expect(convert(databases, { step: BIG, timeoutSeconds: 120 }, listener())).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        /^The step "toInnoDb shop\.big" on shop\.big of the converting replica failed: there is no space left for the copy of the table on its storage.*Its replication runs again\./s,
      ),
    });
    await chained.follows();
    await expect(chained.engineOf(chained.onMiddle, 'shop.big')).resolves.toMatch(/^MyISAM/);
    await expect(conversions(databases, {}, listener())).resolves.toMatchObject({ next: { id: BIG, done: false } });
  });
});
