import { type Figure, figure } from '../../../rehearsal/clients/figure';
import { renderHtml } from '../../../rehearsal/report/html';
import { renderJson } from '../../../rehearsal/report/json';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { summary } from '../../../rehearsal/report/terminal/summary';
import { rowsOf, textOf } from './html/page';
import { fencedCutover } from './samples/fenced-cutover';

/** Reports of a rehearsal whose clients saw one thing more, of which no report knows. */
function reportsOf(more: Figure) {
  const { result } = fencedCutover;
  const clients = [...result.clients, more] as RehearsalRecord['result']['clients'];
  const record = { ...fencedCutover, result: { ...result, clients } };
  const page = renderHtml(record);
  return {
    json: JSON.parse(renderJson(record.result)).clients,
    terminal: summary(record, []).map((line) => line.map(({ text }) => text).join('')),
    rows: rowsOf(page),
    cards: [...page.matchAll(/<li><span class="what">.*?<\/li>/g)].map(([card]) => textOf(card)),
  };
}

test('a figure of the headline is in every report', () => {
  const { json, terminal, rows, cards } = reportsOf(figure('baked', 'Cakes baked', 1_200, { shown: 'headline' }));
  expect(json).toMatchObject({ baked: 1_200 });
  expect(terminal).toContainEqual(expect.stringMatching(/^ {2}Cakes baked +1,200$/));
  expect(rows).toContainEqual(['Cakes baked', '1,200']);
  expect(cards).toContain('Cakes baked1,200');
});

test('one for those who look closer is on the page alone, in its unit', () => {
  const { json, terminal, rows, cards } = reportsOf(figure('oven', 'Time in the oven', 90_000, { unit: 'ms' }));
  expect(json).not.toHaveProperty('oven');
  expect(terminal.join()).not.toContain('oven');
  expect(rows).toContainEqual(['Time in the oven', '1 min 30 s']);
  expect(cards.join()).not.toContain('oven');
});

test('one that is told only where there was any is left out where there was none', () => {
  const rows = (value: number) => reportsOf(figure('burnt', 'Cakes burnt', value, { shown: 'ifAny' })).rows;
  expect(rows(0)).not.toContainEqual(['Cakes burnt', '0']);
  expect(rows(2)).toContainEqual(['Cakes burnt', '2']);
});

test('how far something is off has no sign for people, and one for programs', () => {
  const { json, rows } = reportsOf(figure('off', 'Off by', -5, { unit: 'difference', shown: 'summary' }));
  expect(json).toMatchObject({ off: -5 });
  expect(rows).toContainEqual(['Off by', '5']);
});
