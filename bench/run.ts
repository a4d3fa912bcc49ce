import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bench, Figure } from './result.ts';

// npm run bench               every benchmark, and the table
// npm run bench -- NAME       one of them;  --json: one JSON line a figure
const folder = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const asJson = words.includes('--json');
const wanted = words.filter((word) => !word.startsWith('--'));

const shown = (value: number | null): string => (value === null ? '–' : Number.isInteger(value) ? String(value) : value.toFixed(2));

function table(figures: readonly Figure[]): string {
  const rows = figures.map(
    (f) => `| ${f.name} | ${shown(f.value)} ${f.unit} | ${shown(f.peer)} | ${shown(f.ratio)} | ${f.target} | ${f.ok ? 'yes' : 'NO'} |`,
  );
  return ['| figure | value | peer | ratio | target | reached |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

const benches: Bench[] = [];
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .sort()) {
  const loaded = (await import(pathToFileURL(join(folder, file)).href)) as { readonly bench: Bench };
  benches.push(loaded.bench);
}
const chosen = wanted.length === 0 ? benches : benches.filter((bench) => wanted.includes(bench.name));
if (chosen.length === 0) {
  console.error(`No such benchmark. There are: ${benches.map((bench) => bench.name).join(', ')}`);
  process.exit(2);
}

const figures: Figure[] = [];
let hasBroken = false;
/** The figures of a benchmark; none where it breaks off, so that the others still run. */
async function figuresOf(bench: Bench): Promise<readonly Figure[]> {
  try {
    return await bench.run();
  } catch (thrown) {
    hasBroken = true;
    console.error(`  ${bench.name} broke off:`, thrown);
    return [];
  }
}
for (const bench of chosen) {
  const why = bench.unavailable();
  if (why !== null) {
    console.error(`skipped ${bench.name}: ${why}`);
    continue;
  }
  if (!asJson) console.error(`running ${bench.name}…`);
  for (const figure of await figuresOf(bench)) {
    figures.push(figure);
    if (asJson) console.log(JSON.stringify(figure));
    else console.error(`  ${figure.name}: ${shown(figure.value)} ${figure.unit} (${figure.said})`);
  }
}
if (!asJson) console.log(`\n${table(figures)}`);
process.exit(!hasBroken && figures.every((figure) => figure.ok) ? 0 : 1);
