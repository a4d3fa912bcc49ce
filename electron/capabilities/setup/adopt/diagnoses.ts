import type { SetupFinding } from '../../../../shared/capabilities/setup/contract.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { redactSecrets } from '../../../../shared/redact.ts';
import type { Diagnosis } from './diagnosis.ts';
import { ENVIRONMENT_DIAGNOSES } from './environment.ts';
import type { AdoptFacts } from './facts.ts';
import { HOST_DIAGNOSES } from './host.ts';
import { NETWORK_DIAGNOSES } from './invokeai-network.ts';
import { SETTINGS_DIAGNOSES } from './invokeai-settings.ts';
import { INVOKEAI_UNIT_DIAGNOSES } from './invokeai-unit.ts';
import { NGINX_DIAGNOSES } from './nginx.ts';
import { SHIM_DIAGNOSES } from './shim.ts';

const MAX_EVIDENCE = 8;
const SEVERITIES = ['bad', 'warning', 'info'];

/** Every fault that is looked for; docs/adoption.md lists them beside what a guide says. */
export const DIAGNOSES: readonly Diagnosis[] = [
  ...HOST_DIAGNOSES,
  ...NETWORK_DIAGNOSES,
  ...INVOKEAI_UNIT_DIAGNOSES,
  ...SETTINGS_DIAGNOSES,
  ...ENVIRONMENT_DIAGNOSES,
  ...SHIM_DIAGNOSES,
  ...NGINX_DIAGNOSES,
];

/** What is wrong with a host, the worst first. `recipes` are those that can be applied; a finding of another one is left to the operator. */
export function diagnose(facts: AdoptFacts, recipes: readonly string[]): readonly SetupFinding[] {
  return DIAGNOSES.flatMap(({ id, title, diagnose: find }): SetupFinding[] => {
    const found = find(facts);
    if (found === null) return [];
    const { severity, evidence, remedy, recipe } = found;
    return [
      {
        id,
        title,
        severity,
        evidence: evidence.slice(0, MAX_EVIDENCE).map((line) => redactSecrets(plainText(line))),
        remedy: plainText(remedy),
        recipe: recipe !== null && recipes.includes(recipe) ? recipe : null,
      },
    ];
  }).sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
}
