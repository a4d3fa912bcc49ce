import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Broken, LAB_ROWS, SHOWN_OTHERWISE, UNIT_ONLY } from '../../../e2e/integration/troubleshooting-faults.ts';
import { describeReal, REAL_ROWS } from '../../../e2e/integration/troubleshooting-real.ts';
import { SYMPTOM_IDS, SYMPTOMS, type SymptomId } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { RULES } from './rules/index.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/troubleshooting.md');
const INTRODUCTION = `# Troubleshooting

Every possible cause that the panel looks for, by what an operator sees. Evidence of all layers is gathered at once: units, logs, probes of every hop, the queue, VRAM, disks,
the kernel log, the gateway's status and its log of requests. Each rule then names a cause with its proof, rules it out with a fact, or says why it cannot be known.
Causes that are certain stand before likely ones, and those nearest to the hardware first.
This page is made from the rules and from the tests of the lab: \`npx vitest run --project unit electron/capabilities/troubleshooting -u\` writes it anew.
The last column names the faults of the lab, the units and the requests with which the rule fires there. In the whole lab at rest (\`nobody-else\`, without Ollama) none of them fires.

`;

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const cell = (text: string): string => text.replaceAll('|', '\\|');
const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' with ');

function describeState({ faults, stops, restarts, images }: Broken): string {
  const under = faults.length === 0 ? '' : ` with ${quoted(faults)}`;
  if (stops !== undefined) return `\`${stops}\` stopped${under}`;
  if (restarts !== undefined) return `\`${restarts}\` restarted${under}`;
  if (images === undefined) return quoted(faults);
  const { count, fields = {}, isCancelled = false } = images;
  const which = [
    ...(count > 1 ? [`${count} images`] : ['an image']),
    ...Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`),
  ];
  return `${which.join(', ')}${isCancelled ? ', cancelled' : ''}${under}`;
}

function whereShown(rule: string): string {
  const lab = LAB_ROWS.filter(({ rules }) => rules.includes(rule)).map(({ broken }) => describeState(broken));
  const real = REAL_ROWS.filter(({ rules }) => rules.includes(rule)).map(({ broken }) => `real host: ${describeReal(broken)}`);
  const other = SHOWN_OTHERWISE[rule];
  const unit = UNIT_ONLY[rule];
  return [...lab, ...(other === undefined ? [] : [other]), ...real, ...(unit === undefined ? [] : [`unit test only: ${unit}`])].join('; ');
}

const tableOf = (symptom: SymptomId): string =>
  [
    `## ${capitalised(SYMPTOMS[symptom].title)}`,
    '| rule | looks for | shown with |',
    '|---|---|---|',
    ...RULES.filter(({ symptoms }) => symptoms.includes(symptom)).map(
      ({ id, title }) => `| \`${id}\` | ${cell(title)} | ${cell(whereShown(id))} |`,
    ),
  ].join('\n');

it('describes every rule', async () => {
  await expect(`${INTRODUCTION}${SYMPTOM_IDS.map(tableOf).join('\n\n')}\n`).toMatchFileSnapshot(DOCUMENT);
});

it('has a state of the lab in which each rule fires, but for those that no lab can show', () => {
  const shown = new Set([...LAB_ROWS.flatMap(({ rules }) => rules), ...Object.keys(SHOWN_OTHERWISE)]);
  expect(RULES.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual(RULES.map(({ id }) => id).filter((id) => id in UNIT_ONLY));
  const ids = new Set(RULES.map(({ id }) => id));
  expect([...shown, ...Object.keys(UNIT_ONLY)].filter((id) => !ids.has(id))).toEqual([]);
});

it('shows each rule for a symptom that it explains', () => {
  const symptomsOf = new Map(RULES.map(({ id, symptoms }) => [id, symptoms]));
  const wrong = [...LAB_ROWS, ...REAL_ROWS].flatMap(({ symptom, rules }) =>
    rules.filter((rule) => symptomsOf.get(rule)?.includes(symptom) !== true),
  );
  expect(wrong).toEqual([]);
});
