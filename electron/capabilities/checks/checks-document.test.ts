import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as faults from '../../../e2e/integration/checks-faults.ts';
import { CHECK_GROUPS, type CheckCost, type CheckGroup } from '../../../shared/capabilities/checks/contract.ts';
import { CHECKS } from './list.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/checks.md');
const COSTS: Readonly<Record<CheckCost, string>> = { reads: 'reads', image: 'makes an image', load: 'loads the gateway' };
const TITLES: Readonly<Record<CheckGroup, string>> = {
  host: 'Host',
  gpu: 'GPU',
  services: 'Services',
  backend: 'Backend',
  proxy: 'Proxy',
  gateway: 'Gateway',
  exposure: 'Exposure',
};
const INTRODUCTION = `# Checks

Every check of the page Checks, of \`npm run checks\` and of \`ada-panel --checks\`. A check asks its own source; what cannot be known is unknown, with the reason.
This page is made from the list of checks and from the tests of the lab: \`npx vitest run --project unit electron/capabilities/checks -u\` writes it anew.

## From a terminal, from cron and from CI
\`\`\`
npm run checks -- --host ada2                                  # what only reads, as a table
npm run checks -- --host ada2 --with-images --with-load        # with images through every hop and the overload test
npm run checks -- --lab --fault shim-down --group proxy        # something broken, without a host
ada-panel --checks --host ada2 --prom /var/lib/prometheus/node-exporter/ada-panel.prom
\`\`\`
Exit status: 0 all in order; 1 a check failed; 2 none failed, but one warns or could not be known; 3 the checks did not run, or a file could not be saved. \`--json\` prints one document; \`--junit\`,
\`--markdown\` and \`--prom\` save files. \`npm run checks\` has no keyring: the gateway's token comes from \`--token-file\`. The installed panel reads its own keyring, and needs no display.

`;

const rows = Object.values(faults).flat();
const faultsOf = (id: string): readonly string[] =>
  rows.filter((row) => row.id === id).map(({ fault, verdict }) => `\`${fault}\` (${verdict})`);
/** Items of the gateway's own verification that no panel can run; each says why. */
const NEVER_RUN = ['pytest', 'a1111', 'ui_image'];
const cell = (text: string): string => text.replaceAll('|', '\\|');

it('describes every check', async () => {
  const tables = CHECK_GROUPS.map((group) =>
    [
      `## ${TITLES[group]}`,
      '| id | check | looks at | costs | in the lab found with |',
      '|---|---|---|---|---|',
      ...CHECKS.filter((check) => check.group === group).map(
        ({ id, title, about, cost }) =>
          `| \`${id}\` | ${cell(title)} | ${cell(about)} | ${COSTS[cost]} | ${NEVER_RUN.includes(id) ? 'not applicable to any host' : faultsOf(id).join(', ')} |`,
      ),
    ].join('\n'),
  );
  await expect(`${INTRODUCTION}${tables.join('\n\n')}\n`).toMatchFileSnapshot(DOCUMENT);
});

it('has no id twice, and a state of the lab in which each check does not pass', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const found = new Set(rows.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skipped').map(({ id }) => id));
  expect(ids.filter((id) => !found.has(id))).toEqual(NEVER_RUN);
  expect(rows.filter(({ id }) => !ids.includes(id))).toEqual([]);
});
