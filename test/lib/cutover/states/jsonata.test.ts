import fc from 'fast-check';
import { jsonata } from '../../../../lib/cutover/states/jsonata';

test('lines of the source are one line, with a blank where a line ended', () => {
  expect(jsonata`
    $count($left) > 0
      ? 'Left: ' & $join($left, ', ')
      : 'Nothing is left.'
  `).toBe("$count($left) > 0 ? 'Left: ' & $join($left, ', ') : 'Nothing is left.'");
});

test('what is interpolated stays as it is, its line breaks too', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '\n', "'", '$', 'a') }), (text) => {
      expect(jsonata`
        ${text}
        & ${1}
      `).toBe(`${text} & 1`);
      expect(jsonata`${text}`).toBe(text);
    }),
  );
});

test('blanks within a line stay', () => {
  expect(jsonata` 'two  blanks' `).toBe(" 'two  blanks' ");
});
