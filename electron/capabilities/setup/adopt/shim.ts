import { posix } from 'node:path';
import { MIN_GUIDANCE } from '../../../../shared/image-graphs/rules.ts';
import { isRecord } from '../../../../shared/record.ts';
import { SHIM_ENV } from '../recipes/shim-steps.ts';
import { mayWrite } from './access.ts';
import { byHand, byRecipe, byUnit, type Diagnosis, setting } from './diagnosis.ts';
import { isOffAtBoot } from './service-facts.ts';
import { SHIM_TEXT as TEXT } from './text.ts';

const RECIPE = 'images-shim';
const MAX_LINES = 6;
/** Folders of models by kind, as InvokeAI before 6 has them: their names say nothing about keys. */
const FOLDERS_BY_BASE = ['sd-1', 'sd-2', 'sdxl', 'flux', 'any', 'core'];

/** What is wrong with the images shim. */
export const SHIM_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'shim-stub-mode',
    title: TEXT.stub,
    diagnose: ({ shim }) =>
      shim?.mode !== 'stub'
        ? null
        : {
            severity: 'bad',
            evidence: [shim.service.environment.has('SHIM_MODE') ? TEXT.stubMode : TEXT.stubDefault],
            ...byUnit(shim.service, RECIPE, 'Environment', 'EnvironmentFile'),
          },
  },
  {
    id: 'shim-in-python',
    title: TEXT.python,
    diagnose: ({ shim }) =>
      shim?.isPython !== true
        ? null
        : { severity: 'warning', evidence: [setting(shim.service, 'ExecStart')], ...byUnit(shim.service, RECIPE, 'ExecStart') },
  },
  {
    id: 'shim-settings-writable',
    title: TEXT.writable,
    diagnose: ({ shim }) => {
      if (shim === null || shim.service.user === 'root') return null;
      const { user } = shim.service;
      const evidence: string[] = [];
      let isOwn = true;
      for (const { path, file } of shim.service.environmentFiles) {
        const before = evidence.length;
        if (!path.startsWith('/etc/')) evidence.push(TEXT.outside(path));
        for (const [place, state] of [
          [path, file],
          [posix.dirname(path), shim.folders.get(posix.dirname(path))],
        ] as const) {
          if (state && (state.owner === user || mayWrite(state, user, [user]))) evidence.push(TEXT.ownedBy(place, state.owner, state.mode));
        }
        // The recipe leaves the owner of a file that is in its place already.
        if (evidence.length > before && path === SHIM_ENV) isOwn = false;
      }
      if (evidence.length === 0) return null;
      return {
        severity: 'warning',
        evidence: evidence.slice(0, MAX_LINES),
        ...(isOwn ? byUnit(shim.service, RECIPE, 'EnvironmentFile') : byHand(TEXT.chown(SHIM_ENV))),
      };
    },
  },
  {
    id: 'shim-preset-guidance',
    title: TEXT.guidance,
    diagnose: ({ shim }) => {
      // Ours raises it itself.
      if (shim?.isPython !== true) return null;
      const evidence = presetsOf(shim.service.environment.get('SHIM_MODEL_PRESETS_JSON') ?? '').flatMap(([name, value]) => {
        const guidance = isRecord(value) ? value['cfg_scale'] : undefined;
        return typeof guidance === 'number' && guidance < MIN_GUIDANCE ? [TEXT.presetHas(name, guidance)] : [];
      });
      return evidence.length === 0 ? null : { severity: 'bad', evidence: evidence.slice(0, MAX_LINES), ...byRecipe(RECIPE) };
    },
  },
  {
    id: 'shim-template-models',
    title: TEXT.templateKeys,
    diagnose: ({ shim, invokeAi }) => {
      const models = invokeAi?.models ?? null;
      if (shim?.isPython !== true || shim.template === null || models === null) return null;
      if (models.some((name) => FOLDERS_BY_BASE.includes(name))) return null;
      const missing = shim.template.models.filter(({ key }) => !models.includes(key));
      if (missing.length === 0) return null;
      const evidence = missing.slice(0, MAX_LINES).map(({ name, key }) => TEXT.templateModel(name, key));
      return { severity: 'warning', evidence, ...byRecipe(RECIPE) };
    },
  },
  {
    id: 'shim-seed-refused',
    title: TEXT.seed,
    diagnose: ({ shim }) =>
      shim?.isPython !== true || shim.template?.hasRandomSeed !== true
        ? null
        : { severity: 'bad', evidence: [TEXT.randomSeed(shim.templatePath ?? '')], ...byRecipe(RECIPE) },
  },
  {
    id: 'shim-not-at-boot',
    title: TEXT.notAtBoot,
    diagnose: ({ shim }) =>
      shim === null || !isOffAtBoot(shim.service.state)
        ? null
        : { severity: 'warning', evidence: [`${shim.service.name}: disabled`], ...byRecipe(RECIPE) },
  },
];

function presetsOf(json: string): readonly (readonly [string, unknown])[] {
  try {
    const document: unknown = JSON.parse(json);
    return isRecord(document) ? Object.entries(document) : [];
  } catch {
    return [];
  }
}
