import { readFileSync } from 'node:fs';
import { FAULT_KINDS } from '../../rehearsal/testbed/faults/kinds';

test('the page of chaos says of every fault where it is put, and of no other', () => {
  const [, table = ''] = readFileSync('docs/chaos.md', 'utf8').split(/\n\| fault .*\n\|.*\n/);
  const [rows = ''] = table.split('\n\n');
  const named = rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, kind]) => kind));
  expect(named.toSorted()).toEqual(FAULT_KINDS.toSorted());
});
