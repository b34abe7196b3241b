/**
 * The page's style: a light and a dark palette by the reader's preference; system fonts only, since nothing may be
 * fetched. The colours of right and wrong also differ in lightness and are never the only sign.
 */
export const style: string = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --sheet: #ffffff; --ink: #1b1d24; --soft: #5d626e; --rule: #e2e3e6; --wash: #f2f3f4;
  --accent: #3f4fa8; --right: #17724a; --right-wash: #e6f4ec; --wrong: #b03a20;
  --text: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --display: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Charter, Georgia, serif;
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --sheet: #1b1e23; --ink: #e7e8eb; --soft: #a0a5b0; --rule: #2e3138; --wash: #20232a;
    --accent: #a3b0f5; --right: #6fd3a0; --right-wash: #173226; --wrong: #f39a80;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--text); }
main { max-width: 1280px; margin: 0 auto; padding: 56px 40px 96px; }
h1, h2, h3, p, ul, ol, dl, dd, figure, blockquote, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
img { display: block; }
h1, h2 { font-family: var(--display); font-weight: 500; text-wrap: balance; }
h1 { font-size: clamp(34px, 5.2vw, 56px); line-height: 1.08; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 24px; line-height: 1.2; }
h3 { font-size: 16px; font-weight: 600; line-height: 1.35; }
h3 small { font-weight: 400; font-size: 14px; color: var(--soft); font-variant-numeric: tabular-nums; }
small { font-size: 13px; }
code, pre { font-family: var(--code); font-size: 13.5px; }
.lead { color: var(--soft); font-size: 15px; max-width: 68ch; text-wrap: pretty; }
.number { font-variant-numeric: tabular-nums; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }

.kind { display: flex; align-items: center; gap: 14px; font-size: 14px; color: var(--soft); margin-bottom: 28px; }
.levels { display: flex; gap: 5px; }
.level { width: 17px; height: 17px; fill: var(--accent); flex: none; }
.description { font-size: 19px; line-height: 1.5; max-width: 62ch; margin-top: 16px; text-wrap: pretty; }
.finished { color: var(--soft); font-size: 14px; margin-top: 12px; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 12px; }
.head + .cards { margin-top: 40px; }
.cards + .cards { margin-top: 12px; }
.card { display: flex; flex-direction: column; background: var(--sheet); border: 1px solid var(--rule); border-radius: 6px; padding: 16px 18px 14px; }
.card .label { font-size: 14px; color: var(--soft); }
.card .value { font-size: 15px; color: var(--soft); margin-top: 2px; white-space: nowrap; font-variant-numeric: tabular-nums; }
.card .value b { font: 500 36px/1.2 var(--display); font-variant-numeric: lining-nums tabular-nums; color: var(--ink); letter-spacing: -0.01em; }
.card .remark { font-size: 13px; color: var(--soft); margin-top: 8px; font-variant-numeric: tabular-nums; }
.bar { position: relative; display: block; height: 5px; background: var(--wash); border-radius: 3px; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--accent); border-radius: 3px; min-width: 2px; }
.bar s { position: absolute; top: -4px; bottom: -4px; width: 2px; margin-left: -1px; background: var(--ink); box-shadow: 0 0 0 1.5px var(--sheet); }
.card .bar { margin-top: 10px; }

.notes { margin-top: 32px; padding: 20px 24px; background: var(--wash); border-radius: 6px; }
.notes h2 { font: 600 15px/1.4 var(--text); margin-bottom: 6px; }
.notes li { max-width: 84ch; font-size: 15px; padding-left: 18px; position: relative; text-wrap: pretty; }
.notes li + li { margin-top: 6px; }
.notes li::before { content: ""; position: absolute; left: 2px; top: 0.62em; width: 5px; height: 5px; background: var(--accent); }

nav { display: flex; flex-wrap: wrap; gap: 4px 22px; margin-top: 32px; font-size: 14px; }
nav a { color: var(--soft); text-decoration: none; padding: 4px 0; border-bottom: 1px solid transparent; }
nav a:hover { color: var(--ink); border-color: var(--accent); }

.part { display: grid; grid-template-columns: 176px minmax(0, 1fr); gap: 0 40px; margin-top: 56px; padding-top: 28px; border-top: 1px solid var(--rule); scroll-margin-top: 12px; }
nav + .part { margin-top: 20px; }
.part > h2 { position: sticky; top: 24px; align-self: start; }
.part h3 { margin: 36px 0 12px; }
.part > div > h3:first-child, .blocks h3, .stage h3 { margin-top: 0; }

.stage { margin-top: 28px; }
.stage h3 small { margin-left: 6px; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(264px, 1fr)); gap: 22px 24px; }
.curve figcaption { display: flex; justify-content: space-between; gap: 12px; font-size: 14px; }
.curve b { font-weight: 500; }
.curve figcaption .number { color: var(--soft); white-space: nowrap; }
.curve svg { width: 100%; height: auto; max-width: 400px; overflow: visible; --plot-background: var(--paper); }
.curve svg text { fill: var(--soft); }
.warning { font-size: 13px; color: var(--wrong); }

.wide { overflow-x: auto; margin-top: 16px; }
table { border-collapse: collapse; font-size: 15px; line-height: 1.4; }
th, td { padding: 9px 0 9px 28px; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); }
tr > :first-child:not(.text) { padding-left: 0; }
th { font-weight: 500; }
thead th, thead td { font-size: 13px; font-weight: 400; color: var(--soft); padding-top: 4px; padding-bottom: 6px; }
thead tr:not(:last-child) > * { border-bottom: 0; padding-bottom: 0; }
thead th[colspan] { color: var(--ink); text-align: left; }
.figures { min-width: min(100%, 640px); font-variant-numeric: tabular-nums; }
.figures td, .figures thead th[scope=col]:not(:first-child) { text-align: right; white-space: nowrap; }
.figures .text, .figures thead th.text[scope=col] { text-align: left; }
.figures thead th[colspan] { text-align: right; border-bottom: 0; }
.figures tbody th { white-space: nowrap; }
.figures td small { display: block; color: var(--soft); font-size: 12.5px; }
.figures tbody th small { color: var(--soft); margin-left: 4px; }
.ablation th, .ablation td { padding-left: 14px; }
.ablation thead th[scope=col]:not(:first-child) { white-space: normal; }
.figures.ablation tbody th small { display: block; margin-left: 0; white-space: normal; }
.wide + .curves { margin-top: 32px; }
.ablation .within { color: var(--soft); }
.standard > * { font-weight: 600; }
.standard small { font-weight: 400; }
.chance > * { color: var(--soft); font-weight: 400; }
.keep { white-space: nowrap; }
tbody + tbody tr:first-child > * { border-top: 0; }
details { margin-top: 16px; font-size: 14px; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
details table { font-size: 14px; }

.mark { display: inline-block; font-size: 13px; font-weight: 600; white-space: nowrap; }
.mark svg { width: 12px; height: 12px; margin-right: 4px; vertical-align: -1px; fill: none; stroke: currentColor; stroke-width: 2.4; flex: none; }
.mark.right { color: var(--right); }
.mark.wrong { color: var(--wrong); }

.retrieval { padding: 20px 0 22px; }
.retrieval + .retrieval { border-top: 1px solid var(--rule); }
.retrieval img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; border-radius: 3px; }
.rank { font-size: 14px; color: var(--soft); font-variant-numeric: tabular-nums; }
.rank b { color: var(--ink); font-weight: 600; }
.retrieval blockquote { font: 18px/1.4 var(--display); text-wrap: pretty; overflow-wrap: anywhere; }
.place { font-size: 12.5px; font-weight: 600; font-variant-numeric: tabular-nums; }
.score { font-size: 12.5px; color: var(--soft); font-variant-numeric: tabular-nums; }
.to-pictures header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 24px; margin-bottom: 12px; }
.to-pictures header img { width: 96px; }
.to-pictures blockquote { flex: 1 1 420px; max-width: 62ch; }
.to-pictures ol { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 8px; }
.to-pictures li { padding: 4px; border: 2px solid transparent; border-radius: 6px; font-size: 13px; }
.to-pictures li.right { border-color: var(--right); background: var(--right-wash); }
.to-pictures li div { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 6px; margin-top: 5px; padding: 0 1px; }
.to-captions { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: 4px 28px; align-items: start; }
.to-captions header .rank { margin-top: 8px; line-height: 1.4; }
.to-captions ol { columns: 2; column-gap: 28px; }
.to-captions li { break-inside: avoid; display: flex; gap: 0 10px; align-items: baseline; padding: 6px 10px; border: 2px solid transparent; border-radius: 6px; font-size: 14px; line-height: 1.4; }
.to-captions li p { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; overflow-wrap: anywhere; }
.to-captions li img { align-self: start; width: 40px; flex: none; }
.to-captions li div { flex: 1; min-width: 0; }
.to-captions .place { min-width: 17px; text-align: right; }
.to-captions li.right { border-color: var(--right); background: var(--right-wash); }

.puzzle + .puzzle { margin-top: 44px; }
.part .puzzle h3 { display: flex; align-items: center; gap: 10px; margin: 0 0 4px; font-size: 18px; }
.examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(216px, 1fr)); gap: 24px 28px; margin-top: 16px; }
.examples.broad { grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); }
.example figcaption { display: flex; gap: 8px; align-items: baseline; margin-top: 8px; font-size: 14px; color: var(--soft); }
.example figcaption b { color: var(--ink); font-weight: 600; }
.captioned { display: grid; grid-template-columns: 120px minmax(0, 1fr); gap: 16px; align-items: start; }
.captioned img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; border-radius: 3px; }
.captioned figcaption { display: block; margin-top: 0; }
.captioned dl div { justify-content: flex-start; }
.captioned dt { width: 56px; }
.captioned dd { text-align: left; color: var(--ink); }
.examples.drawn { grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 36px 32px; }
.drawn svg { display: block; width: 100%; max-width: 340px; height: auto; }
.drawn svg + svg { margin-top: 14px; }
.pair { display: flex; gap: 12px; }
.labelled { flex: 1 1 0; min-width: 0; max-width: 200px; font-size: 13px; color: var(--soft); line-height: 1.4; }
.labelled > span { display: block; margin-top: 4px; }
.square { aspect-ratio: 1; background: #fff; border-radius: 3px; overflow: hidden; }
.square img { width: 100%; height: 100%; object-fit: contain; }
.grid { display: grid; grid-template-columns: repeat(var(--side), minmax(0, 1fr)); gap: 1px; }
.grid.apart { gap: 4px; }
.cell { position: relative; min-width: 0; }
.cell img { width: 100%; height: auto; }
/* Frames lie on pictures, which are as light or dark as they are: their colours do not follow the palette, and a white line keeps them apart from any picture. */
.cell::after { position: absolute; inset: 0; }
.is-right::after { content: ""; border: 3px solid #14704a; box-shadow: inset 0 0 0 1.5px #fff; }
.is-wrong::after { content: ""; border: 3px dashed #b03a20; box-shadow: inset 0 0 0 1.5px #fff; }
.is-asked::after { content: ""; border: 1.5px solid #3f4fa8; box-shadow: inset 0 0 0 1px #fff; }
.cell .mark { position: absolute; z-index: 1; left: 0; bottom: 0; padding: 0 6px 1px 5px; font-size: 11.5px; line-height: 1.5; color: #fff; }
.cell .mark.right { background: #14704a; }
.cell .mark.wrong { background: #b03a20; }
.hatched { height: 100%; background: repeating-linear-gradient(135deg, var(--wash) 0 4px, var(--rule) 4px 5px); }
.hatched img { width: 100%; height: auto; visibility: hidden; }

.blocks { display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 28px 40px; }
dl { font-size: 14px; }
dl div { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); flex: none; max-width: 50%; }
dd { text-align: right; overflow-wrap: anywhere; min-width: 0; font-variant-numeric: tabular-nums; }
.times { max-width: 720px; font-size: 14px; }
.times li { display: grid; grid-template-columns: minmax(120px, 220px) minmax(60px, 1fr) 92px; gap: 16px; align-items: center; padding: 5px 0; }
.times .number { text-align: right; white-space: nowrap; }
.times .bar { background: none; height: 8px; }
.times .total { font-weight: 600; border-top: 1px solid var(--rule); margin-top: 4px; padding-top: 9px; }
pre { background: var(--wash); border-radius: 6px; padding: 14px 18px; overflow-x: auto; line-height: 1.6; }
pre + .lead { margin-top: 8px; }

@media (max-width: 900px) {
  main { padding: 32px 20px 64px; }
  .part { display: block; margin-top: 44px; padding-top: 22px; }
  .part > h2 { position: static; margin-bottom: 12px; }
  .to-pictures ol { grid-template-columns: repeat(5, minmax(0, 1fr)); }
  .to-captions ol { columns: 1; }
  .examples.broad { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 560px) {
  .kind { margin-bottom: 20px; }
  .description { font-size: 17px; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .card { padding: 12px 14px; }
  .card:first-child:nth-last-child(odd) { grid-column: 1 / -1; }
  .stage h3 small { display: block; margin-left: 0; }
  .card .value b { font-size: 28px; }
  .card .value small { display: block; }
  .notes { padding: 16px 18px; }
  table, .figures tbody th small { font-size: 13px; }
  th, td { padding-left: 6px; }
  .figures { min-width: 100%; }
  .figures tbody th small { display: block; margin-left: 0; }
  .figures td small { font-size: 11px; }
  thead th, thead td { font-size: 12px; }
  .figures thead th[scope=col]:not(:first-child), .figures td.text { white-space: normal; }
  .to-captions { grid-template-columns: minmax(0, 1fr); gap: 12px; }
  .to-captions header { display: grid; grid-template-columns: 112px 1fr; gap: 16px; align-items: end; }
  .to-captions header blockquote { grid-column: 1 / -1; }
  .to-captions li { padding: 6px 8px; }
  .to-pictures ol { gap: 4px; }
  .to-pictures li { padding: 3px; }
  .examples { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px 16px; }
  .captioned { grid-template-columns: 72px minmax(0, 1fr); gap: 10px; }
  .pair { gap: 8px; }
  .cell .mark { font-size: 10px; padding: 0 4px 1px 3px; }
  .cell .mark svg { width: 9px; height: 9px; margin-right: 2px; }
  .times li { grid-template-columns: minmax(100px, 1fr) minmax(40px, 1fr) 84px; gap: 10px; }
}
@media print {
  :root {
    --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --rule: #ccc; --wash: #f2f2f2;
    --accent: #3f4fa8; --right: #17724a; --right-wash: #e6f4ec; --wrong: #b03a20;
    color-scheme: light;
  }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .part { display: block; margin-top: 24pt; }
  .part > h2 { position: static; margin-bottom: 8pt; }
  .to-pictures ol { grid-template-columns: repeat(10, minmax(0, 1fr)); }
  h2, h3 { break-after: avoid; }
  .card, .stage, .curve, .retrieval, .puzzle, .example, .notes, tr, dl div { break-inside: avoid; }
  .wide { overflow: visible; }
}
`;
