import { charts } from './html/charts';
import { checksTable } from './html/checks-table';
import { figuresTables, timelineTables } from './html/figures-table';
import { headline } from './html/headline';
import { invariantsTable } from './html/invariants-table';
import { markup } from './html/markup';
import { repeatSection } from './html/repeat';
import { STYLE } from './html/style';
import { whereClientsAre } from './outcome';
import type { RehearsalRecord } from './result';

/** What a browser may load for the page: nothing, so that it can be sent round and opened anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The rehearsal as one self-contained page: no script, no font, no image from elsewhere. */
export function renderHtml(record: RehearsalRecord): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${whereClientsAre(record.result)} Rehearsal of ${record.migration}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${headline(record)}
${charts(record)}
${figuresTables(record)}
${checksTable(record.result)}
${invariantsTable(record.result)}
${timelineTables(record)}
${repeatSection(record)}
</main>
</body>
</html>
`.text;
}
