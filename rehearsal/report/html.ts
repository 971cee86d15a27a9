import { charts, figuresOf } from './html/charts';
import { checksTable } from './html/checks-table';
import { figuresTables, timelineTables } from './html/figures-table';
import { headline } from './html/headline';
import { invariantsTable } from './html/invariants-table';
import { Markup, markup } from './html/markup';
import { scriptHash } from './html/page-script';
import { repeatSection } from './html/repeat';
import { STYLE } from './html/style';
import { whereClientsAre } from './outcome';
import type { RehearsalRecord } from './result';
import { pageData } from './svg/chart-data';

/** What a browser may load for the page: nothing, so that it can be sent round and opened anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The rehearsal as one self-contained page: no script, no font, no image from elsewhere.
 *
 * @param script - zooms and shows values, where scripts run; the page says all without it. @default - none
 */
export function renderHtml(record: RehearsalRecord, script?: string): string {
  const figures = figuresOf(record);
  const policy = script === undefined ? POLICY : `${POLICY}; script-src '${scriptHash(script)}'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${whereClientsAre(record.result)} Rehearsal of ${record.migration}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${headline(record)}
${charts(record, figures)}
${figuresTables(record)}
${checksTable(record.result)}
${invariantsTable(record.result)}
${timelineTables(record)}
${repeatSection(record)}
</main>${script !== undefined && scripted(pageData(figures), script)}
</body>
</html>
`.text;
}

/** What is between the tags is no markup to a browser, and nothing in it may end it. */
function scripted(data: object, script: string): Markup {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return new Markup(`<script type="application/json" id="data">${json}</script><script>${script}</script>`);
}
