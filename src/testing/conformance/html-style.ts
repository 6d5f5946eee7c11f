/** How the report looks. Colours never stand alone: every verdict is a word as well, so that a grey print tells the same. */
export const STYLE = `
@page { size: A4; margin: 16mm 14mm }
* { box-sizing: border-box }
body { font: 14px/1.45 "Times New Roman", "Liberation Serif", serif; color: #111; max-width: 980px; margin: 24px auto; padding: 0 16px }
h1 { font-size: 24px; margin: 0; text-align: center }
h2 { font-size: 17px; margin: 26px 0 8px }
.sub { text-align: center; margin: 4px 0 14px }
.o { color: #666; font-style: italic; font-size: .9em }
code, pre { font: 12px/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
.outcome { border: 2px solid; padding: 9px 12px; font-size: 17px; text-align: center; font-weight: bold; margin: 0 0 12px }
.outcome.passed { color: #14652b; background: #f1f9f2 }
.outcome.failed, .outcome.unreachable { color: #a11616; background: #fdf2f2 }
.outcome.incomplete { color: #7a5200; background: #fff8e8 }
.outcome .o { color: inherit; font-weight: normal }
.sum { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; padding: 0; margin: 0 0 14px }
.sum li { border: 1px solid #bbb; padding: 5px 12px; flex: 1 1 auto; text-align: center }
.sum b { font-size: 18px }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #bbb; padding: 5px 8px; text-align: left; vertical-align: top }
.facts th { width: 31%; background: #f5f5f5; font-weight: normal }
.checks th { background: #eee }
.checks td:first-child { width: 34px; text-align: right; color: #555 }
.checks p { margin: 3px 0 0 }
.checks b .o { font-weight: normal }
.v { width: 92px; font-weight: bold; text-align: center }
.v .o { display: block; font-weight: normal }
tr.pass .v, li.pass b { color: #14652b }
tr.fail .v, li.fail b { color: #a11616 }
tr.fail td { background: #fdf2f2 }
tr.unclear .v, li.unclear b { color: #7a5200 }
tr.unclear td { background: #fffaf0 }
tr.skipped .v, li.skipped b { color: #555 }
.issues { margin: 4px 0; padding-left: 20px }
details { margin-top: 4px }
summary { cursor: pointer; color: #444; font-size: 13px }
.call { border-left: 3px solid #ccc; padding-left: 8px; margin: 6px 0 10px }
pre { background: #f7f7f7; padding: 6px 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
.call small { color: #555; overflow-wrap: anywhere }
.sign { break-inside: avoid; margin-top: 30px }
.where { text-align: right }
.who { display: flex; gap: 16px; text-align: center }
.who > div { flex: 1; min-height: 130px }
.who p { margin: 0 }
.how { font-size: 13px }
.foot { font-size: 12px; color: #444; margin-top: 18px }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 11.5pt }
  .checks td { break-inside: auto }
  .checks p, .call { break-inside: avoid }
  .facts code { font-size: 8pt }
  details:not([open]) { display: none }
  thead { display: table-header-group }
  .outcome, tr.fail td, tr.unclear td, .facts th, .checks th, pre { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
`;
