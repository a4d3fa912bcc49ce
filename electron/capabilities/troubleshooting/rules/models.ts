import { isRecord } from '../../../../shared/record.ts';
import { listOf, textOf } from '../../backends/values.ts';
import { type Evidence, need, unknown } from '../evidence.ts';
import { byRecipe, certain, likely, logRule, onPage, proofOf, type Rule, ruledOut } from '../rule.ts';
import { modeOf } from './service-state.ts';

const MODELS_PATH = 'GET :9091/v1/models?raw=true';

/** A preset or a model as the shim lists it. */
interface ListedModel {
  readonly id: string;
  readonly isPreset: boolean;
  readonly model: string | null;
  readonly isAvailable: boolean | null;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly type: string | null;
}

/** What the shim lists; throws MissingEvidence where it does not. */
export function listedModels(evidence: Evidence): { readonly models: readonly ListedModel[]; readonly upstreamError: string | null } {
  const reply = need(evidence.probes.shimModels);
  if (reply.kind === 'failed') return need(unknown(`the images shim does not list models: ${reply.message}`));
  let document: unknown;
  try {
    document = JSON.parse(reply.body);
  } catch {
    document = null;
  }
  if (reply.status !== 200 || !isRecord(document)) return need(unknown(`the images shim does not list models: status ${reply.status}`));
  const shim = isRecord(document['shim']) ? document['shim'] : {};
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    upstreamError: textOf(shim['upstream_error']),
    models: listOf(document['data'])
      .slice(0, 2_000)
      .map((row) => {
        const metadata = isRecord(row['metadata']) ? row['metadata'] : {};
        return {
          id: textOf(row['id']) ?? '',
          isPreset: row['owned_by'] === 'shim',
          model: textOf(metadata['model'] ?? metadata['upstream_model']),
          isAvailable: typeof metadata['available'] === 'boolean' ? metadata['available'] : null,
          steps: number(metadata['steps']),
          guidance: number(metadata['cfg_scale']),
          type: textOf(metadata['type']),
        };
      }),
  };
}

const STUB = 'the images shim runs in stub mode, and lists no models of InvokeAI';
const isStub = ({ probes }: Evidence): boolean => probes.shim.isKnown && modeOf(probes.shim.value) === 'stub';

const presetLine = ({ id, model, steps, guidance }: ListedModel): string =>
  `preset ${id}: model ${model ?? 'default'}, steps ${steps ?? 'default'}, cfg_scale ${guidance ?? 'default'}`;

/** A preset with a value that spoils images. */
const presetRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly symptoms: Rule['symptoms'];
  isBad(preset: ListedModel): boolean;
  cause(preset: ListedModel): string;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms,
  depth: 'shim',
  test: (evidence) => {
    const presets = listedModels(evidence).models.filter(({ isPreset }) => isPreset);
    const bad = presets.find(o.isBad);
    if (bad === undefined) return ruledOut(presets.length === 0 ? 'the shim has no presets' : presets.map(presetLine).join('; '));
    return likely(o.cause(bad), {
      proof: [proofOf(MODELS_PATH, presetLine(bad))],
      fix: byRecipe('preset', 'Change the preset of the images shim.'),
    });
  },
});

export const MODEL_RULES: readonly Rule[] = [
  logRule({
    id: 'model-file-gone',
    title: 'File of a model gone',
    symptoms: ['model-missing', 'gateway-502', 'invokeai-will-not-start'],
    depth: 'models',
    log: 'invokeai',
    words: ['Missing model file: ', 'FileNotFoundError: [Errno 2] No such file or directory:'],
    // A job may miss another file.
    isCertain: ({ text }) => /Missing model file: |\/models\//.test(text),
    cause: ({ text }) => {
      const name =
        /Missing model file: ([^\n]{1,120}?) at /.exec(text.slice(0, 500))?.[1] ??
        /directory: '([^']{1,300})'/.exec(text.slice(0, 1_000))?.[1];
      return `A model is registered in InvokeAI but its file is gone${name === undefined ? '' : `: ${name}`}.`;
    },
    fix: () => onPage('models', 'Install the model again, or delete its entry.'),
  }),
  logRule({
    id: 'model-key-unknown',
    title: 'Model key of another installation',
    symptoms: ['model-missing', 'gateway-502', 'black-or-noisy-images'],
    depth: 'models',
    log: 'invokeai',
    words: ['Unknown model ', 'Unknown model: ', 'UnknownModelException'],
    cause: () =>
      'A request or the graph template names a model by a key that this InvokeAI does not know: keys differ on each installation.',
    fix: () => byRecipe('images-shim', 'Set up the images shim, which finds models by name and has no template with keys.'),
  }),
  {
    id: 'no-model-installed',
    title: 'No model installed',
    symptoms: ['model-missing', 'gateway-503', 'gateway-502'],
    depth: 'models',
    test: (evidence) => {
      if (isStub(evidence)) return ruledOut(STUB);
      const { models, upstreamError } = listedModels(evidence);
      const usable = models.filter(({ isPreset, type }) => !isPreset && (type === null || type === 'main'));
      if (upstreamError !== null) return need(unknown(`InvokeAI did not list its models: ${upstreamError}`));
      if (usable.length > 0)
        return ruledOut(
          `${usable.length} models installed: ${usable
            .slice(0, 5)
            .map(({ id }) => id)
            .join(', ')}`,
        );
      return certain('InvokeAI has no SD 1.5 or SDXL model that can be used, or their files are missing.', {
        proof: [proofOf(MODELS_PATH, `${models.length} entries, none of them an installed model`)],
        fix: onPage('models', 'Install a model.'),
      });
    },
  },
  {
    id: 'preset-model-unknown',
    title: 'Preset with a model that is not installed',
    symptoms: ['model-missing', 'gateway-502', 'black-or-noisy-images'],
    depth: 'models',
    test: (evidence) => {
      if (isStub(evidence)) return ruledOut(STUB);
      const { models, upstreamError } = listedModels(evidence);
      const presets = models.filter(({ isPreset }) => isPreset);
      const bad = presets.filter(({ isAvailable }) => isAvailable === false);
      const unclear = presets.find(({ model, isAvailable }) => model !== null && isAvailable === null);
      if (bad.length === 0 && unclear !== undefined)
        return need(
          unknown(
            `the shim does not report whether the model of ${unclear.id} is installed${upstreamError === null ? '' : `: ${upstreamError}`}`,
          ),
        );
      if (bad.length === 0)
        return ruledOut(presets.length === 0 ? 'the shim has no presets' : `the models of all ${presets.length} presets are installed`);
      return certain(`The preset ${bad[0]?.id ?? ''} names a model that is not installed: ${bad[0]?.model ?? 'none'}.`, {
        proof: bad.map((preset) => proofOf(MODELS_PATH, `${presetLine(preset)}, available: false`)),
        fix: onPage('models', 'Install the model, or change the preset on Setup.'),
      });
    },
  },
  logRule({
    id: 'model-download-refused',
    title: 'Download of a model refused',
    symptoms: ['model-missing'],
    depth: 'models',
    log: 'invokeai',
    words: ['HTTP 401', 'HTTP 403', 'is an HTML page, not a model'],
    cause: () => 'A download of a model was refused: the repository needs a login or the acceptance of its licence.',
    fix: () => onPage('models', 'Accept the licence on Hugging Face and save a token on the page Models.'),
  }),
  logRule({
    id: 'model-not-identified',
    title: 'Model rejected by InvokeAI',
    symptoms: ['model-missing'],
    depth: 'models',
    log: 'invokeai',
    words: ['Could not identify model for ', 'is potentially infected by malware', 'Model install error: '],
    cause: ({ text }) =>
      `InvokeAI rejected a model: ${text.slice(Math.max(0, text.search(/Could not identify|is potentially|Model install error/)), 260)}`,
    fix: () => onPage('models', 'Install another file of the model.'),
  }),
  presetRule({
    id: 'preset-guidance-too-low',
    title: 'Preset with cfg_scale below 1',
    symptoms: ['gateway-502', 'black-or-noisy-images'],
    isBad: ({ guidance }) => guidance !== null && guidance < 1,
    cause: ({ id, guidance }) => `The preset ${id} asks for cfg_scale ${guidance ?? ''}, and InvokeAI refuses values below 1.`,
  }),
  presetRule({
    id: 'preset-guidance-too-high',
    title: 'Preset with a high cfg_scale',
    symptoms: ['black-or-noisy-images'],
    isBad: ({ guidance }) => guidance !== null && guidance > 20,
    cause: ({ id, guidance }) => `The preset ${id} asks for cfg_scale ${guidance ?? ''}, which burns images; 5 to 8 is usual.`,
  }),
  presetRule({
    id: 'preset-few-steps',
    title: 'Preset with too few steps for its model',
    symptoms: ['black-or-noisy-images'],
    isBad: ({ steps, model }) => steps !== null && steps < 8 && !/turbo|lightning|lcm|hyper|schnell/i.test(model ?? ''),
    cause: ({ id, steps, model }) =>
      `The preset ${id} asks for ${steps ?? ''} steps of ${model ?? 'its model'}, too few for a model that is not a turbo one: images stay noisy.`,
  }),
  presetRule({
    id: 'preset-many-steps',
    title: 'Preset with many steps',
    symptoms: ['slow'],
    isBad: ({ steps }) => steps !== null && steps > 50,
    cause: ({ id, steps }) => `The preset ${id} asks for ${steps ?? ''} steps; 20 to 35 are usual, and the time grows with them.`,
  }),
];
