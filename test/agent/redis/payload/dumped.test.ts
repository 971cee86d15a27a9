import { ReplicatedPair } from '../replication/support/pair';
import { Stage } from '../stage';

const stage = new Stage();
afterEach(() => stage.end());

/** Above what is carried with others. */
const BIG = { dimensions: 1024, elements: 150 };

function vector(dimensions: number, seed: number): Buffer {
  return Buffer.from(new Float32Array(Array.from({ length: dimensions }, (_, i) => Math.sin(seed + i))).buffer);
}

test('vector sets, small and big, are copied and compared by their elements', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '8.0'], green: ['redis', '8.0'] });
  const { blue, green } = pair;
  const fill = blue.pipeline();
  for (let i = 0; i < BIG.elements; i += 1) {
    fill.call('VADD', 'small', 'FP32', vector(8, i), `element:${i}`);
    fill.call('VADD', 'big', 'FP32', vector(BIG.dimensions, i), `element:${i}`, 'NOQUANT');
  }
  await fill.exec();
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ keysCompared: 2, mismatches: 0 });

  await blue.call('VSETATTR', 'big', 'element:1', '{"new":true}');
  await blue.call('VREM', 'small', 'element:1');
  await blue.call('VADD', 'small', 'FP32', vector(8, 1000), 'another');
  await pair.drain();
  expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
  expect(await green.call('VGETATTR', 'big', 'element:1')).toBe('{"new":true}');
  expect(await green.call('VCARD', 'small')).toBe(BIG.elements);

  await green.call('VSETATTR', 'small', 'element:2', '{"foreign":true}');
  expect(await pair.verify()).toMatchObject({ mismatches: 1, sample: [{ difference: 'vectorset of another value' }] });
});
