import { Lazy } from 'aws-cdk-lib';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../../lib/aurora/instance-class/instance-class';
import {
  DatabaseInstanceCategory,
  DatabaseProcessor,
} from '../../../../lib/aurora/instance-class/instance-class-families';
import { INSTANCE_CLASS_SIZES } from '../../../../lib/aurora/instance-class/instance-class-sizes';

const { auroraMysql, auroraPostgres, mysql, postgres } = DatabaseEngine;
const of = DatabaseInstanceClass.of;
const AURORA_2 = auroraMysql('5.7.mysql_aurora.2.11.5');
const AURORA_3 = auroraMysql('8.0.mysql_aurora.3.08.0');
const AURORA_84 = auroraMysql('8.4.mysql_aurora.8.4.7');
const MYSQL_57 = mysql('5.7.44');
const MYSQL_80 = mysql('8.0.39');
const AURORA_PG = auroraPostgres('16.4');
const ENGINES = [AURORA_2, AURORA_3, AURORA_84, MYSQL_57, MYSQL_80, mysql('8.4.3'), AURORA_PG, postgres('16.4')];

describe('an instance class', () => {
  test.each([
    ['db.r3.large', 2, 15.25],
    ['db.r4.large', 2, 15.25],
    ['db.r4.16xlarge', 64, 488],
    ['db.r6g.large', 2, 16],
    ['db.r7g.8xlarge', 32, 256],
    ['db.r8g.16xlarge', 64, 512],
    ['db.m3.medium', 1, 3.75],
    ['db.m3.2xlarge', 8, 30],
    ['db.m4.10xlarge', 40, 160],
    ['db.m5.24xlarge', 96, 384],
    ['db.t2.small', 1, 2],
    ['db.t2.medium', 2, 4],
    ['db.t4g.medium', 2, 4],
    ['db.t3.2xlarge', 8, 32],
    ['db.m2.4xlarge', 8, 68.4],
    ['db.x2g.16xlarge', 64, 1024],
    ['db.x2iedn.xlarge', 4, 128],
  ])('%s has %d vCPUs and %d GiB', (name, vCpu, memoryGib) => {
    expect(of(name).vCpu).toBe(vCpu);
    expect(of(name).memory?.toMebibytes()).toBe(Math.round(memoryGib * 1024));
  });

  test('tells what it is', () => {
    const { family, generation, category, processor, creatable, burstable } = of('db.r7g.large');
    expect({ family, generation, category, processor, creatable, burstable }).toEqual({
      family: 'r7g',
      generation: 7,
      category: DatabaseInstanceCategory.MEMORY_OPTIMIZED,
      processor: DatabaseProcessor.GRAVITON,
      creatable: true,
      burstable: false,
    });
    expect(of('db.t3.medium').burstable).toBe(true);
  });

  test.each(['t1.micro', 't2.medium', 'm1.large', 'm2.xlarge', 'm3.medium', 'm4.large', 'r3.large', 'r4.large'])(
    'db.%s only lives on, and no engine gets new ones',
    (name) => {
      expect(of(`db.${name}`).creatable).toBe(false);
      expect(ENGINES.filter((engine) => of(`db.${name}`).supports(engine))).toEqual([]);
    },
  );

  test.each([
    ['without its prefix', 'r7g.large', "Write 'db.r7g.large'"],
    ['of a size that the family lacks', 'db.r7g.24xlarge', /Got 'db.r7g.24xlarge'.*Accepted: db.r7g.large, .*16xlarge/],
    ['of a family that is not known', 'db.z9.large', /Accepted: db.t1.\*, .*db.serverless.*leave instanceClass out/],
  ])('is refused %s', (_, name, message) => {
    expect(() => of(name)).toThrow(message);
  });

  test('that is a token, or serverless, is taken as it is', () => {
    const token = of(Lazy.string({ produce: () => 'no class' }));
    expect([token.memory, token.creatable, token.supports(MYSQL_57)]).toEqual([undefined, true, true]);
    const serverless = of('db.serverless');
    expect([serverless.memory, serverless.supports(AURORA_3), serverless.supports(MYSQL_80)]).toEqual([
      undefined,
      true,
      false,
    ]);
  });
});

describe('what an engine runs on', () => {
  test.each([
    ['db.m7g.large', MYSQL_80, true],
    ['db.m7g.large', AURORA_3, false],
    ['db.m5.large', AURORA_PG, false],
    ['db.m5.large', MYSQL_57, true],
    ['db.m6g.large', MYSQL_57, false],
    ['db.m8g.large', mysql('8.0.28'), false],
    ['db.m8g.large', mysql('8.0.32'), true],
    ['db.m8g.large', mysql('8.0'), true],
    ['db.m8g.large', mysql('8.4.3'), true],
    ['db.r7g.large', AURORA_2, false],
    ['db.r7g.large', auroraMysql('8.0.mysql_aurora.3.02.2'), false],
    ['db.r7g.large', auroraMysql('8.0.mysql_aurora.3.03.1'), true],
    ['db.r7g.large', AURORA_84, true],
    ['db.r6g.large', auroraMysql('5.7.mysql_aurora.2.07.2'), false],
    ['db.r6g.large', AURORA_2, true],
    ['db.r6i.large', AURORA_3, true],
    ['db.r7g.large', auroraPostgres('14.6'), false],
    ['db.r7g.large', auroraPostgres('14.7'), true],
    ['db.r7g.large', auroraPostgres('12.20'), false],
    ['db.r7g.large', auroraPostgres('17.4'), true],
    ['db.r6gd.xlarge', AURORA_3, false],
    ['db.r6gd.xlarge', AURORA_PG, true],
    ['db.r6gd.large', AURORA_PG, false],
    ['db.t4g.small', MYSQL_80, true],
    ['db.t4g.small', AURORA_3, false],
    ['db.t4g.medium', AURORA_3, true],
    ['db.t3.xlarge', AURORA_PG, false],
    ['db.r5.large', postgres('9.6.21'), false],
    ['db.r5.large', postgres('9.6.22'), true],
    ['db.x2iedn.xlarge', AURORA_3, false],
  ])('on %s, %s: %s', (name, engine, runs) => {
    expect(of(name).supports(engine)).toBe(runs);
  });

  test('is known of a token as far as no version is needed for it', () => {
    const anyAurora = auroraMysql(Lazy.string({ produce: () => '' }));
    expect([of('db.r7g.large').supports(anyAurora), of('db.m7g.large').supports(anyAurora)]).toEqual([true, false]);
  });
});

describe('the successor', () => {
  test.each([
    // Same size from r3 and r4 on.
    ['db.r3.large', AURORA_3, 'db.r7g.large'],
    ['db.r3.8xlarge', AURORA_3, 'db.r7g.8xlarge'],
    ['db.r4.xlarge', AURORA_2, 'db.r6g.xlarge'],
    ['db.r4.16xlarge', AURORA_PG, 'db.r7g.16xlarge'],
    // Aurora has no m: by memory and vCPUs.
    ['db.m3.medium', AURORA_3, 'db.r7g.large'],
    ['db.m3.2xlarge', AURORA_3, 'db.r7g.2xlarge'],
    ['db.m3.medium', MYSQL_80, 'db.m7g.large'],
    ['db.m4.10xlarge', MYSQL_80, 'db.m7g.12xlarge'],
    ['db.m1.small', postgres('16.4'), 'db.m7g.large'],
    ['db.m2.xlarge', MYSQL_80, 'db.r7g.xlarge'],
    // Burstable stays burstable, in the sizes that the engine has.
    ['db.t2.small', AURORA_3, 'db.t4g.medium'],
    ['db.t2.medium', AURORA_PG, 'db.t4g.medium'],
    ['db.t2.small', MYSQL_80, 'db.t4g.small'],
    ['db.t2.2xlarge', AURORA_3, 'db.r7g.2xlarge'],
  ])('of %s for %s is %s', (from, engine, to) => {
    expect(of(from).successor({ engine }).name).toBe(to);
  });

  test('has an Intel processor if asked for', () => {
    const processor = DatabaseProcessor.INTEL;
    expect(of('db.r4.large').successor({ engine: AURORA_3, processor }).name).toBe('db.r6i.large');
    expect(of('db.m3.large').successor({ engine: MYSQL_57, processor }).name).toBe('db.m5.large');
  });

  test('is never smaller, and is one that the engine runs on and RDS creates', () => {
    let chosen = 0;
    for (const engine of ENGINES) {
      for (const { name, memoryGib, vCpu } of INSTANCE_CLASS_SIZES) {
        let successor: DatabaseInstanceClass;
        try {
          successor = of(`db.${name}`).successor({ engine });
        } catch (error) {
          expect(String(error)).toMatch(/No current .* class gives/);
          continue;
        }
        chosen += 1;
        expect(successor.memory?.toMebibytes()).toBeGreaterThanOrEqual(Math.round(memoryGib * 1024));
        expect(successor.vCpu).toBeGreaterThanOrEqual(vCpu);
        expect([successor.creatable, successor.supports(engine)]).toEqual([true, true]);
      }
    }
    expect(chosen).toBeGreaterThan(1000);
  });

  test('says what is the largest where none is large enough', () => {
    expect(() => of('db.x2iedn.32xlarge').successor({ engine: AURORA_3 })).toThrow(
      /No current memory optimized class gives 4096 GiB and 128 vCPUs .*largest is db.r7g.16xlarge with 512 GiB/,
    );
  });

  test('says so where the engine runs on none of that processor', () => {
    expect(() => of('db.r4.large').successor({ engine: MYSQL_57 })).toThrow(
      /this engine runs on none of them.*processor: DatabaseProcessor.INTEL/,
    );
  });

  test('of a token cannot be told', () => {
    expect(() => of(Lazy.string({ produce: () => '' })).successor({ engine: AURORA_3 })).toThrow('state instanceClass');
  });
});
