import { Markup } from './markup';

/**
 * Colours have one meaning each: blue and green are the two sides and nothing else, amber is the write outage, red is what
 * failed. Text keeps a contrast of 4.5 to 1 in both schemes.
 */
export const STYLE = new Markup(`
:root {
  color-scheme: light dark;
  --paper: #f6f7f8; --card: #ffffff; --ink: #1a2029; --muted: #5a6572; --hair: #e4e8ec; --rail: #eef0f3; --edge: #d5dae0;
  --blue: #2b6cdf; --green: #0a7a54; --blue-fill: #2b6cdf33; --green-fill: #0a7a5433;
  --forward: #6a5acd; --again: #cfc8f5; --again-edge: #6a5acd; --undo: #c97a1c; --bad: #c4283a; --bad-fill: #fbeaec;
  --good: #0b7a54; --good-fill: #e4f5ee; --outage: #f2b53a40; --outage-ink: #8a5a00; --between: #1a202918;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1217; --card: #161b22; --ink: #e7ebf0; --muted: #9aa6b4; --hair: #252c36; --rail: #1f262f; --edge: #333c48;
    --blue: #6ea6ff; --green: #3ccb96; --blue-fill: #6ea6ff33; --green-fill: #3ccb9633;
    --forward: #9d90f5; --again: #352f63; --again-edge: #9d90f5; --undo: #eea04f; --bad: #ff7d88; --bad-fill: #3a1c22;
    --good: #4fd3a1; --good-fill: #12302a; --outage: #f2b53a2e; --outage-ink: #f2c05c; --between: #e7ebf022;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 1128px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 34px; line-height: 1.15; margin: 6px 0 10px; letter-spacing: -.015em; }
h2 { font-size: 19px; line-height: 1.3; margin: 44px 0 12px; }
h3 { font-size: 15px; margin: 28px 0 6px; }
p { margin: 0 0 10px; max-width: 78ch; }
code, pre { font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.over { color: var(--muted); margin: 0; max-width: none; }
.lead { font-size: 17px; }
.of-blue { color: var(--blue); } .of-green { color: var(--green); }
.verdict { display: inline-block; font-weight: 600; padding: 3px 11px; border-radius: 999px; margin: 0 0 14px; }
.verdict.good { color: var(--good); background: var(--good-fill); }
.verdict.bad { color: var(--bad); background: var(--bad-fill); }
.reason { border-left: 3px solid var(--edge); padding-left: 12px; color: var(--muted); white-space: pre-wrap; }
.broken-list { color: var(--bad); padding-left: 20px; margin: 0 0 12px; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 22px 0 0; padding: 0; list-style: none; }
.cards li { background: var(--card); border: 1px solid var(--hair); border-radius: 10px; padding: 12px 14px; }
.cards .what { display: block; color: var(--muted); font-size: 13px; line-height: 1.3; min-height: 2.6em; }
.cards .figure { display: block; font-size: 25px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.cards .by-hand { display: block; font-size: 13px; color: var(--muted); font-variant-numeric: tabular-nums; }
@media (max-width: 999px) { .cards { grid-template-columns: repeat(3, 1fr); } }
@media (max-width: 519px) { .cards { grid-template-columns: repeat(2, 1fr); gap: 8px; } .cards .figure { font-size: 22px; } }
.damage { color: var(--bad); font-weight: 650; }

.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 14px; padding: 0; list-style: none; font-size: 13px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 7px; }
.legend svg { width: 20px; height: 12px; flex: none; }
figure { margin: 0 0 16px; background: var(--card); border: 1px solid var(--hair); border-radius: 12px; padding: 16px; }
figcaption { font-weight: 600; margin: 0 0 10px; }
figcaption small { font-weight: 400; color: var(--muted); font-size: 13px; }
figure svg { display: none; width: 100%; height: auto; overflow: visible; }
figure svg.wide { display: block; }
@media (max-width: 1000px) { figure svg.wide { display: none; } figure svg.middle { display: block; } }
@media (max-width: 619px) {
  main { padding: 20px 12px 48px; } h1 { font-size: 27px; } figure { padding: 12px 10px; }
  figure svg.middle { display: none; } figure svg.narrow { display: block; max-width: 480px; margin: 0 auto; }
}
figcaption small { font-variant-numeric: tabular-nums; }
.plot { position: relative; }
.plot[tabindex] { cursor: crosshair; touch-action: pan-y; user-select: none; border-radius: 4px; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.cursor, .stretch { position: absolute; top: 0; bottom: 0; pointer-events: none; }
.cursor { border-left: 1px solid var(--ink); } .stretch { background: var(--between); }
.tools { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 10px; }
.tool { font: inherit; font-size: 13px; color: var(--ink); background: var(--rail); border: 1px solid var(--edge); border-radius: 6px; padding: 3px 10px; cursor: pointer; }
.tool[aria-disabled="true"] { color: var(--muted); background: none; cursor: default; }
.values { display: block; min-height: 3em; margin: 8px 0 0; font-size: 13px; color: var(--muted); font-variant-numeric: tabular-nums; }
.value { display: inline-block; margin-right: 16px; } .value .what { color: var(--ink); }
svg text { fill: var(--ink); font-size: 12px; font-family: inherit; }
svg .tick, svg .note { fill: var(--muted); font-size: 11px; font-variant-numeric: tabular-nums; }
svg .heading { fill: var(--muted); font-size: 11px; font-weight: 600; letter-spacing: .02em; }
svg .name { font-size: 12px; }
svg .lasted { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
svg .lasted.failed, svg .lasted.stopped { fill: var(--bad); }
svg .lasted.inside { fill: var(--card); stroke: none; }
svg .lasted.inside.again { fill: var(--ink); }
svg .grid { stroke: var(--hair); fill: none; }
svg .axis { stroke: var(--edge); fill: none; }
svg .rail { stroke: var(--rail); fill: none; }
svg .bar.forward { fill: var(--forward); }
svg .bar.again { fill: var(--again); stroke: var(--again-edge); }
svg .bar.look { fill: var(--forward); fill-opacity: .4; }
svg .bar.undo { fill: var(--undo); }
svg .bar.failed, svg .bar.stopped { fill: var(--bad); stroke: none; }
svg .bar.stopped { fill-opacity: .45; stroke: var(--bad); }
svg .between { fill: var(--between); stroke: none; }
svg .p50, svg .p99 { fill: none; stroke-linejoin: round; stroke-linecap: round; }
svg .p50 { stroke: var(--ink); stroke-width: 1.8; }
svg .p99 { stroke: var(--muted); stroke-width: 1; }
svg rect.failed { fill: var(--bad); }
svg .blue .step-area { fill: var(--blue-fill); } svg .blue .step { stroke: var(--blue); } svg .blue .side { fill: var(--blue); }
svg .green .step-area { fill: var(--green-fill); } svg .green .step { stroke: var(--green); } svg .green .side { fill: var(--green); }
svg .step { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
svg .side { font-weight: 600; }
svg .weight { font-size: 11px; font-variant-numeric: tabular-nums; }
svg .outage { fill: var(--outage); }
svg .outage-label { fill: var(--outage-ink); font-weight: 600; }
svg .incident-line { stroke: var(--muted); stroke-dasharray: 3 3; fill: none; }
svg .badge { fill: var(--ink); }
svg .badge-number { fill: var(--card); font-size: 10px; font-weight: 700; }
svg .incident { fill: var(--ink); }

table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--hair); border-radius: 10px; overflow: hidden; font-size: 14px; }
caption { text-align: left; color: var(--muted); padding: 0 0 8px; }
th, td { text-align: left; padding: 7px 14px; border-top: 1px solid var(--hair); vertical-align: top; }
thead th { border-top: 0; color: var(--muted); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
.held { color: var(--good); font-weight: 600; } .broken { color: var(--bad); font-weight: 600; }
td ul { margin: 4px 0 0; padding-left: 18px; }
.figures { max-width: 720px; }
.slim table { width: auto; min-width: min(100%, 420px); }
details { margin: 14px 0 0; }
summary { cursor: pointer; color: var(--muted); padding: 4px 0; }
details table { margin: 8px 0 16px; }
table + table, table + .figures, .figures + table { margin-top: 16px; }
.scroll { overflow-x: auto; } .scroll table { overflow-wrap: break-word; }
pre { background: var(--card); border: 1px solid var(--hair); border-radius: 10px; padding: 12px 14px; overflow-x: auto; white-space: pre-wrap; margin: 0 0 10px; user-select: all; }
@media (max-width: 519px) { th, td { padding: 7px 9px; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --hair: #bbb; --edge: #888; }
  body { background: none; } main { padding: 0; } figure, tr { break-inside: avoid; } h2, h3, figcaption { break-after: avoid; }
  thead { display: table-header-group; } th, td { overflow-wrap: break-word; }
  .tools, .values, .cursor, .stretch { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`);
