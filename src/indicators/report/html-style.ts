/** How the page looks: A4 on paper, light and dark on a screen. Colours never stand alone: every verdict is a number or a word as well. */
export const STYLE = `
@page { size: A4; margin: 15mm 13mm 16mm }
:root { color-scheme: light dark; --ink: #16202b; --soft: #55626f; --line: #c3ccd6; --paper: #fff; --shade: #f1f5f9; --a: #1f5f99; --b: #7fb2dd; --good: #2e7d4f; --bad: #b3261e; --low: #c77700; --quiet: #9aa7b4; --track: #e6ebf1 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #a4b1be; --line: #3b4856; --paper: #12181f; --shade: #1c252f; --a: #6db1ee; --b: #2f6ea5; --good: #6cc492; --bad: #ff8a80; --low: #f0a94a; --quiet: #66737f; --track: #26313d } }
* { box-sizing: border-box }
body { font: 15px/1.45 "Times New Roman", "Liberation Serif", serif; color: var(--ink); background: var(--paper); max-width: 960px; margin: 28px auto; padding: 0 18px }
header { text-align: center; border-bottom: 3px double var(--line); padding-bottom: 12px; margin-bottom: 14px }
h1 { font-size: 25px; line-height: 1.2; margin: 0; text-transform: uppercase; letter-spacing: .01em }
h2 { font-size: 18px; margin: 28px 0 6px; border-bottom: 1px solid var(--line); padding-bottom: 3px; break-after: avoid; break-inside: avoid }
p { margin: 4px 0 8px }
.sub { font-size: 17px; margin: 6px 0 0 }
.o { color: var(--soft); font-style: italic; font-size: .82em; font-weight: normal; text-transform: none; letter-spacing: 0 }
h1 .o, h2 .o, .sub .o { display: block; font-size: .68em }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 14px; font-size: 14px }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
.head { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; list-style: none; padding: 0; margin: 0 0 16px }
.head li { border: 1px solid var(--line); border-top: 4px solid var(--a); padding: 8px 12px 7px; break-inside: avoid }
.head li.good { border-top-color: var(--good) } .head li.bad { border-top-color: var(--bad) } .head li.quiet { border-top-color: var(--quiet) }
.head b { display: block; font-size: 27px; line-height: 1.1; font-variant-numeric: tabular-nums }
.head .o { display: block }
.head small { color: var(--soft) }
.warn { border-left: 4px solid var(--bad); background: var(--shade); padding: 6px 12px; margin: 0 0 14px; list-style: none }
.warn li { margin: 3px 0 }
figure { margin: 10px 0 14px; break-inside: avoid }
figcaption { font-weight: bold; font-size: 14.5px; margin-bottom: 4px }
.chart { width: 100%; height: auto; display: block; font: 12.5px "Times New Roman", "Liberation Serif", serif }
.chart text { fill: var(--ink) } .chart .l { text-anchor: end } .chart .x { text-anchor: middle; font-size: 11.5px } .chart .v { font-weight: bold }
.track { fill: var(--track) } .t-a { fill: var(--a) } .t-b { fill: var(--b) } .t-good { fill: var(--good) } .t-bad { fill: var(--bad) } .t-low { fill: var(--low) } .t-quiet { fill: var(--quiet) }
.mark { stroke: var(--ink); stroke-width: 2 } .grid { stroke: var(--line); stroke-width: .7 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums }
th, td { border: 1px solid var(--line); padding: 4px 7px; text-align: left; vertical-align: top }
thead th { background: var(--shade); vertical-align: bottom; line-height: 1.25 }
th .o, td .o { display: block }
.n { text-align: right; white-space: nowrap }
thead .n { white-space: normal }
td.c, th.c { white-space: nowrap }
.t { min-width: 11em }
tbody tr { break-inside: avoid }
tbody tr:nth-child(even) td { background: color-mix(in srgb, var(--shade) 55%, transparent) }
.none { color: var(--soft) }
footer { margin-top: 22px; border-top: 1px solid var(--line); padding-top: 8px; font-size: 12.5px; color: var(--soft) }
.sign { display: flex; justify-content: space-between; gap: 24px; text-align: center; margin-top: 34px; break-inside: avoid }
.sign > div { flex: 1; min-height: 120px }
.sign p { margin: 0; font-weight: bold }
.sign .how { font-weight: normal; font-style: italic }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #999; --paper: #fff; --shade: #f0f3f6; --a: #1f5f99; --b: #8dbbe2; --good: #2e7d4f; --bad: #b3261e; --low: #c77700; --quiet: #9aa7b4; --track: #e9edf2 }
  body { margin: 0; padding: 0; max-width: none; font-size: 11pt }
  h1 { font-size: 17pt } h2 { font-size: 13pt; margin-top: 16pt } table { font-size: 9.2pt } dl { font-size: 10pt } th, td { padding: 2.4pt 4pt }
  .head { grid-template-columns: repeat(5, 1fr); gap: 6pt } .head b { font-size: 17pt } .head li { padding: 5pt 7pt; font-size: 9.5pt }
  .wide { overflow: visible }
  thead { display: table-header-group }
  .screen { display: none }
  rect, .head li, thead th, td, .warn { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
`;
