/** Colours of lines, of four that are told apart in both themes and in print. */
export const LINE_COLOURS = 6;

/** One sheet for the screen in both themes and for paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1b2129;--quiet:#56616d;--rule:#d5dbe1;--panel:#f3f5f7;--notice:#8a5a00;--gap:#e3e7eb;
--c0:#0b66c3;--c1:#b3541e;--c2:#6a3fb5;--c3:#0f7a55;--c4:#b02a4c;--c5:#5f6b00}
@media (prefers-color-scheme:dark){:root{--ground:#141920;--text:#e4e8ed;--quiet:#a3aeba;--rule:#39434e;--panel:#1d242d;--notice:#f0b64a;--gap:#2a333d;
--c0:#6cb2ff;--c1:#ff9d66;--c2:#b99bff;--c3:#4fd0a0;--c4:#ff86a3;--c5:#c9d65a}}
@media print{:root{color-scheme:light;--ground:#fff;--text:#000;--quiet:#444;--rule:#bbb;--panel:#f3f3f3;--notice:#6b4500;--gap:#e6e6e6;
--c0:#0b66c3;--c1:#b3541e;--c2:#6a3fb5;--c3:#0f7a55;--c4:#b02a4c;--c5:#5f6b00}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1000px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 16px;overflow-wrap:anywhere}
h2{font-size:19px;margin:36px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--rule);break-after:avoid}
h3{font-size:14px;margin:16px 0 6px;break-after:avoid}
p{margin:8px 0;overflow-wrap:anywhere}
.notice{border-left:3px solid var(--notice);padding:4px 12px;background:var(--panel)}
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--rule);overflow-wrap:break-word}
thead th{color:var(--quiet);font-weight:600}
tbody th{font-weight:400;color:var(--quiet);width:30%}
.number{text-align:right;padding-right:20px;font-variant-numeric:tabular-nums;white-space:nowrap}
tr,figure,.notice{break-inside:avoid}
pre{background:var(--panel);padding:10px 12px;margin:6px 0 14px;font:12px/1.45 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:18px 0}
figcaption{font-weight:600;margin-bottom:2px}
.said,.legend{color:var(--quiet);font-size:13px;margin:2px 0}
.legend span{margin-right:16px;white-space:nowrap}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--quiet);font-size:11px}
.grid{stroke:var(--rule);stroke-width:1}
.gap{fill:var(--gap)}
.mark{stroke:var(--quiet);stroke-width:1;stroke-dasharray:3 3}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}
${Array.from({ length: LINE_COLOURS }, (_, index) => `.s${index}{stroke:var(--c${index})}.f${index}{fill:var(--c${index})}.k${index}{color:var(--c${index})}`).join('')}
@page{margin:16mm 14mm}
@media print{main{max-width:none;padding:0}body{font-size:10pt}.scroll{overflow:visible}th,td{overflow-wrap:anywhere}}
`;
