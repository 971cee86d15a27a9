import { TouchedRows } from '../../../../agent/mysql/verification/touched-rows';

test('a table that is written to all the while does not keep another one waiting', () => {
  const touched = new TouchedRows();
  touched.mark('shop.orders', '1');
  touched.mark('shop.orders', '2');
  touched.mark('shop.transfers', '7');

  expect(touched.take(1)).toEqual({ table: 'shop.orders', keys: ['1'] });
  touched.mark('shop.orders', '3');
  expect(touched.take(1)).toEqual({ table: 'shop.transfers', keys: ['7'] });
  expect(touched.take(5)).toEqual({ table: 'shop.orders', keys: ['2', '3'] });
  expect(touched.take(1)).toBeUndefined();
});

test('a row that changed again is looked at once, and not before it has rested', () => {
  const touched = new TouchedRows();
  touched.mark('shop.orders', '1');
  touched.mark('shop.orders', '2');
  touched.mark('shop.orders', '1');

  expect(touched.take(5, 60_000)).toBeUndefined();
  expect(touched.take(5)).toEqual({ table: 'shop.orders', keys: ['2', '1'] });
});
