import { Markup, markup } from '../report/html/markup';
import { STYLE } from '../report/html/style';

/** What a browser may load for the page: nothing, so that it can be sent round and opened anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A step is a row where there is room, and a card where there is none. */
const STEPS = new Markup(`
table { overflow-wrap: break-word; }
.slim thead { display: none; }
.slim td { overflow-wrap: anywhere; }
.slim + p { margin-top: 10px; }
.scroll { border-radius: 10px; }
.scroll table { min-width: 760px; }
.whole { white-space: nowrap; }
.steps code { display: block; }
.steps p { margin: 2px 0 0; color: var(--muted); }
.steps td { white-space: normal; }
@media (max-width: 899px) {
  .steps, .steps tbody, .steps tr, .steps th, .steps td { display: block; width: 100%; }
  .steps thead { display: none; }
  .steps tr { border-top: 1px solid var(--edge); padding: 8px 0; }
  .steps th, .steps td { border: 0; padding: 2px 12px; text-align: left; }
  .steps td::before { content: attr(data-label) ": "; color: var(--muted); font-size: 13px; }
  .steps td:empty { display: none; }
}
@media print {
  .scroll table { min-width: 0; }
  body { font-size: 11px; } h2 { margin-top: 20px; } pre, code { font-size: 10px; }
}
`);

/** One self-contained page. */
export function runbookPage(migration: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Runbook: ${migration}</title>
<link rel="icon" href="data:,">
<style>${STYLE}${STEPS}</style>
</head>
<body>
<main>
<p class="over">Runbook</p>
<h1>${migration}</h1>
${body}
</main>
</body>
</html>
`.text;
}
