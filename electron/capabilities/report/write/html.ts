import type { Block, Chart, Column, ReportDocument } from '../document.ts';
import { chartSvg } from './chart-svg.ts';
import { escapeHtml } from './escape.ts';
import { LINE_COLOURS, REPORT_STYLE } from './html-style.ts';

/** Nothing is loaded and no script runs, wherever the file is opened. */
export const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const factRows = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`).join('\n');

const factTable = (rows: readonly (readonly [string, string])[]): string => `<table><tbody>\n${factRows(rows)}\n</tbody></table>`;

const classOf = ({ isNumber }: Column): string => (isNumber === true ? ' class="number"' : '');

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col"${classOf(column)}>${escapeHtml(column.title)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${columns.map((column, index) => `<td${classOf(column)}>${escapeHtml(row[index] ?? '')}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

function figure(chart: Chart): string {
  const unit = chart.unit === '' ? '' : `, ${chart.unit}`;
  const legend = chart.lines
    .map(({ name }, index) => `<span><b class="k${index % LINE_COLOURS}">■</b> ${escapeHtml(name)}</span>`)
    .join('');
  return [
    `<figure><figcaption>${escapeHtml(`${chart.title}${unit}`)}</figcaption>`,
    chart.lines.length > 1 ? `<p class="legend">${legend}</p>` : '',
    chartSvg(chart),
    `<p class="said">${escapeHtml(chart.summary)}</p></figure>`,
  ].join('\n');
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'notice':
      return `<p class="notice">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return `<div class="scroll">${factTable(block.rows)}</div>`;
    case 'table':
      return table(block.columns, block.rows);
    case 'chart':
      return figure(block.chart);
    case 'code':
      return `<h3>${escapeHtml(block.title)}</h3>\n<pre>${escapeHtml(block.lines.join('\n'))}</pre>`;
  }
}

/** The report as one file of HTML with charts, a piece at a time: for the screen in both themes, and for paper. */
export function* htmlPieces(document: ReportDocument): Generator<string, void, void> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(REPORT_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(document.title)}</h1>
${factTable(document.facts)}
`;
  for (const { id, title, blocks } of document.sections) {
    yield `<section id="${escapeHtml(id)}">\n<h2>${escapeHtml(title)}</h2>\n`;
    for (const block of blocks) yield `${htmlOf(block)}\n`;
    yield '</section>\n';
  }
  yield '</main>\n</body>\n</html>\n';
}
