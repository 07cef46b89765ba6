/** The page's style sheet: light or dark as the reader's system is, and always light on paper. */

/** Figures are drawn on white; turned round they become this grey exactly, so the dark page has it as its ground. */
const DARK_GROUND = '#1a1a1a';

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #222222; --quiet: #666666; --line: #dddddd; --soft: #f4f5f6; --accent: #0a5f9e; --mark: #c84d08;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: ${DARK_GROUND}; --ink: #e6e6e6; --quiet: #a3a3a3; --line: #3d3d3d; --soft: #262626; --accent: #7fbdf0; --mark: #f0944d;
  }
  .figure img { filter: invert(0.9) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 28px 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 40px 0 12px; padding-top: 8px; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 24px 0 8px; }
h4 { font-size: 0.85rem; margin: 10px 0 2px; color: var(--quiet); font-weight: 600; }
p { margin: 8px 0; max-width: 75ch; }
a { color: var(--accent); }
footer { margin-top: 40px; padding-bottom: 30px; color: var(--quiet); font-size: 0.85rem; }
.note { color: var(--quiet); font-size: 0.87rem; }
.quiet { color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.line { white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

nav { position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); }
nav > div { max-width: 1120px; margin: 0 auto; padding: 7px 20px; display: flex; gap: 16px; align-items: center; }
nav ul { display: flex; gap: 14px; list-style: none; margin: 0; padding: 0; overflow-x: auto; flex: 1 1 auto; white-space: nowrap; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav label { display: flex; gap: 6px; align-items: center; white-space: nowrap; color: var(--quiet); }
select, input, button {
  font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 4px; padding: 2px 8px;
}
select { max-width: 15em; color: var(--ink); }
button { cursor: pointer; }
button:hover { border-color: var(--quiet); }

.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; }
thead th { color: var(--quiet); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 9em; position: sticky; left: 0; background: var(--ground); }
.best { font-weight: 700; color: var(--accent); }
svg.interval { display: block; }
.interval .zero { stroke: var(--quiet); stroke-dasharray: 2 2; }
.interval .range { stroke: var(--accent); stroke-width: 2; }
.interval circle { fill: var(--accent); }

summary { cursor: pointer; }
.fold > summary { padding: 4px 0; font-weight: 500; }
.fold[open] > summary { margin-bottom: 4px; }
.figure { overflow-x: auto; margin: 6px 0; }
.figure img { display: block; max-width: 100%; height: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 10px 24px; }
.figures .figure { flex: 1 1 420px; max-width: 560px; }
pre { font: 12px/1.45 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; background: var(--soft); padding: 10px 12px; overflow: auto; max-height: 32rem; }

.bar { display: inline-block; height: 9px; background: var(--soft); border-radius: 2px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--mark); }
.dot { flex: none; display: inline-block; width: var(--size); height: var(--size); border-radius: 50%; box-shadow: 0 0 0 1px var(--quiet); }
.legend { display: inline-flex; flex-wrap: wrap; gap: 4px 10px; max-width: none; color: var(--quiet); font-size: 0.82rem; }
.legend > span { display: inline-flex; gap: 5px; align-items: center; }
.legend .ramp { width: 110px; height: 10px; border-radius: 2px; }
.tree-head { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; margin: 8px 0; }
.tree { font-size: 0.92rem; }
.row {
  display: grid; grid-template-columns: minmax(0, 1fr) 150px 5.2em 4.2em; gap: 12px; align-items: center;
  padding: 1px 0; border-bottom: 1px solid var(--line); list-style: none;
}
.row::-webkit-details-marker { display: none; }
.row.head { color: var(--quiet); font-size: 0.85rem; }
.row:not(.head):hover { background: var(--soft); }
.row .name { display: flex; gap: 6px; align-items: center; min-width: 0; }
.row .dot { margin: 0 calc((20px - var(--size)) / 2); }
.row .name .text { overflow-wrap: anywhere; line-height: 1.25; }
.row .also { color: var(--quiet); }
summary.row .name { font-weight: 500; }
summary.row .name::before {
  content: ''; flex: none; width: 0; height: 0; border: 4.5px solid transparent; border-left: 7px solid var(--quiet); border-right: 0;
}
details[open] > summary.row .name::before { transform: rotate(90deg); }
.leaf .name { padding-left: 13px; }
.below { margin-left: 9px; padding-left: 9px; border-left: 1px solid var(--line); }

.weak { border-bottom: 1px solid var(--line); }
.weak > summary {
  display: grid; grid-template-columns: 1.6em minmax(0, 1fr) 150px 3.2em; gap: 10px; align-items: center; padding: 6px 0; list-style: none;
}
.weak > summary::-webkit-details-marker { display: none; }
.weak > summary:hover { background: var(--soft); }
.weak .rank { color: var(--quiet); text-align: right; }
.weak .path { font-weight: 600; overflow-wrap: anywhere; line-height: 1.25; }
.weak .about { padding: 0 0 14px calc(1.6em + 10px); }
.weak dl { display: flex; flex-wrap: wrap; gap: 4px 26px; margin: 2px 0 6px; }
.weak dt { color: var(--quiet); font-size: 0.8rem; line-height: 1.2; }
.weak dd { margin: 0; }
.list ul { margin: 0; padding-left: 18px; max-width: 85ch; overflow-wrap: anywhere; }
.pictures { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 4px; }
.pictures figure { width: 108px; margin: 0; font-size: 0.74rem; line-height: 1.25; overflow-wrap: anywhere; }
.pictures img { display: block; background: #ffffff; border: 1px solid var(--line); border-radius: 3px; margin-bottom: 3px; }
.pictures .truth { display: block; }
.pictures .wrong { color: var(--mark); }

.confusion .wide { display: flex; align-items: flex-start; }
.confusion .large { max-height: 80vh; overflow: auto; }
.confusion .wide canvas { flex: none; }
.confusion .beside { position: sticky; left: 0; background: var(--ground); }
.confusion .matrix { cursor: crosshair; }
.confusion output, .classes output { color: var(--quiet); font-size: 0.9rem; }
.confusion output { display: block; min-height: 1.5em; margin: 6px 0; }
.tip {
  position: fixed; z-index: 3; pointer-events: none; max-width: 320px; padding: 5px 9px; border-radius: 4px; font-size: 0.85rem;
  line-height: 1.35; background: var(--ink); color: var(--ground); overflow-wrap: anywhere; white-space: pre-line;
}
.tools { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; }
.sortable { width: 100%; }
.sortable th { padding-top: 2px; }
.sortable th button { border: 0; background: none; padding: 2px 0; color: inherit; font-weight: 500; white-space: nowrap; }
.sortable th button::after { content: '\\2195' / ''; opacity: 0.35; padding-left: 3px; }
.sortable th[aria-sort] button { color: var(--ink); }
.sortable th[aria-sort='ascending'] button::after { content: '\\2191' / ''; opacity: 1; }
.sortable th[aria-sort='descending'] button::after { content: '\\2193' / ''; opacity: 1; }
.sortable tbody th { min-width: 16em; }
.sortable td:last-child { min-width: 16em; }

@media screen {
  .more { mask-image: linear-gradient(to right, #000 calc(100% - 36px), transparent); }
}
@media screen and (max-width: 700px) {
  body { font-size: 14px; }
  header, main, footer { padding: 0 12px; }
  nav > div { padding: 6px 12px; gap: 10px; }
  nav label span { display: none; }
  select { max-width: 10em; }
  h1 { font-size: 1.35rem; }
  .figure img { max-width: none; }
  .figures .figure { flex-basis: 300px; }
  .figures img { width: 430px; }
  .row { grid-template-columns: minmax(0, 1fr) 4.5em 4em; gap: 6px; }
  .row .bar, .row .bar-space { display: none; }
  .row .name { gap: 3px; }
  .leaf .name { padding-left: 10px; }
  .below { margin-left: 4px; padding-left: 4px; }
  .row .dot { margin: 0 calc((16px - min(16px, var(--size))) / 2); }
  tbody th { max-width: 42vw; }
  .sortable tbody th { min-width: 9em; }
  .sortable td { white-space: nowrap; }
  .sortable td wbr { display: none; }
  .weak > summary { grid-template-columns: 1.3em minmax(0, 1fr) 54px 2.4em; gap: 7px; }
  .weak .about { padding-left: 0; }
  .pictures { gap: 10px; }
  .pictures figure { width: 100px; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 10.5pt; }
  nav, .tools, .buttons, .tip { display: none !important; }
  header, main, footer { max-width: none; padding: 0; }
  h2, h3, h4, summary { break-after: avoid; }
  tr, .row, figure, .figure, canvas { break-inside: avoid; }
  .wide, .figure, .confusion .large { overflow: visible; max-height: none; }
  .figure img { max-width: 100%; height: auto; }
  .confusion .wide { break-inside: avoid; }
  .confusion .wide canvas { flex: 0 1 auto; min-width: 0; height: auto !important; }
  pre { max-height: none; white-space: pre-wrap; }
  .figures .figure { flex-basis: 300px; }
  table { font-size: 8pt; line-height: 1.3; }
  th, td { padding-right: 8px; }
  tbody th { min-width: 7em; }
  .sortable tbody th { min-width: 14em; }
  .bar, .bar i, .dot, .ramp { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
