import { INVOKEAI_KEYS } from '../files/invokeai-keys.ts';
import { translateInvokeAiYaml } from '../files/invokeai-yaml-translate.ts';
import { byHand, byRecipe, byUnit, type Diagnosed, type Diagnosis } from './diagnosis.ts';
import type { AdoptFacts } from './facts.ts';
import type { InvokeAiFacts } from './invokeai-facts.ts';
import { SETTINGS_TEXT as TEXT } from './text.ts';

const RECIPE = 'invokeai';
const MAX_LINES = 6;

/** What is wrong with `invokeai.yaml`. */
export const SETTINGS_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'invokeai-settings-nested',
    title: TEXT.nested,
    diagnose: (facts) => fromYaml(facts, 'warning', ({ yaml, root }) => (yaml?.form === 'nested' ? lines(root, yaml.findings) : [])),
  },
  {
    id: 'invokeai-settings-refused',
    title: TEXT.refused,
    diagnose: (facts) =>
      fromYaml(facts, 'bad', ({ yaml, root }) => {
        if (yaml === null) return [];
        return lines(
          root,
          yaml.findings.filter(({ severity, key }) => severity === 'error' && !(key === 'schema_version' && isSchemaMissing(yaml))),
        );
      }),
  },
  {
    id: 'invokeai-schema-missing',
    title: TEXT.noSchema,
    diagnose: (facts) =>
      fromYaml(facts, 'bad', ({ yaml, root }) =>
        yaml === null || !isSchemaMissing(yaml)
          ? []
          : lines(
              root,
              yaml.findings.filter(({ key }) => key === 'schema_version'),
            ),
      ),
  },
  {
    id: 'invokeai-schema-old',
    title: TEXT.oldSchema,
    diagnose: (facts) =>
      fromYaml(facts, 'info', ({ yaml, root }) =>
        yaml === null
          ? []
          : lines(
              root,
              yaml.findings.filter(({ severity, key }) => severity === 'warning' && key === 'schema_version'),
            ),
      ),
  },
  {
    id: 'invokeai-settings-no-effect',
    title: TEXT.noEffect,
    diagnose: (facts) =>
      fromYaml(facts, 'warning', ({ yaml, root }) => {
        const keys = Object.keys(yaml?.values ?? {}).filter((key) => INVOKEAI_KEYS.get(key)?.hasNoEffect === true);
        return keys.map((key) => `${root}/invokeai.yaml: ${key}`);
      }),
  },
  {
    id: 'invokeai-log-colours',
    title: TEXT.colours,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null || invokeAi.settings === undefined || invokeAi.yaml?.form === 'broken') return null;
      const { service, yaml } = invokeAi;
      const format = service.environment.get('INVOKEAI_LOG_FORMAT') ?? yaml?.values['log_format'] ?? 'color';
      if (format !== 'color') return null;
      return { severity: 'info', evidence: [TEXT.colourDefault], ...byUnit(service, RECIPE, 'Environment') };
    },
  },
  {
    id: 'invokeai-backup-overwritten',
    title: TEXT.backup,
    diagnose: ({ invokeAi }) => {
      const backup = invokeAi?.backup?.text ?? null;
      const present = invokeAi?.settings?.text ?? null;
      if (invokeAi === null || backup === null || present === null || backup === present) return null;
      const before = translateInvokeAiYaml(backup, invokeAi.server).settings;
      const now = translateInvokeAiYaml(present, invokeAi.server).settings;
      const keys = Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
      if (keys.length === 0) return null;
      return {
        severity: 'info',
        evidence: [TEXT.backupHas(keys.join(', '))],
        ...byHand(TEXT.copyBackup(`${invokeAi.root}/invokeai.yaml.bak`)),
      };
    },
  },
];

const isSchemaMissing = (yaml: NonNullable<InvokeAiFacts['yaml']>): boolean =>
  yaml.form === 'flat' && yaml.values['schema_version'] === undefined;

function fromYaml(
  { invokeAi }: AdoptFacts,
  severity: Diagnosed['severity'],
  read: (invokeAi: InvokeAiFacts) => readonly string[],
): Diagnosed | null {
  const evidence = invokeAi === null ? [] : read(invokeAi);
  return evidence.length === 0 ? null : { severity, evidence: evidence.slice(0, MAX_LINES), ...byRecipe(RECIPE) };
}

const lines = (root: string, findings: NonNullable<InvokeAiFacts['yaml']>['findings']): readonly string[] =>
  findings.map(({ line, message }) => `${root}/invokeai.yaml${line === null ? '' : `:${line}`}: ${message}`);
