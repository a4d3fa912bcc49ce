import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { readReadiness } from '../../backends/shim-readiness.ts';
import { type Evidence, need, unknown } from '../evidence.ts';
import {
  type byHand,
  byRecipe,
  certain,
  isRecent,
  likely,
  linesWith,
  onPage,
  proofLines,
  proofOf,
  type Rule,
  type RuledOut,
  readSince,
  ruledOut,
  runningFact,
} from '../rule.ts';
import { AFTER_THE_GPU, modeOf, PATHS, replyOf, serviceRules } from './service-state.ts';

/** The first link of the shim's own report that fails with any of the words, or what rules it out. */
function failingLink(
  evidence: Evidence,
  words: readonly string[],
): RuledOut | { readonly found: true; readonly reason: string; readonly status: number } {
  const reply = replyOf(evidence, 'shim');
  if (reply.kind === 'failed') return ruledOut('the images shim does not respond, which another cause explains');
  const readiness = readReadiness(reply);
  if (readiness === null) return ruledOut(`port 9091 answers with status ${reply.status}, not as the images shim does`);
  if (readiness.isReady) return ruledOut('the images shim reports that it is ready');
  const reason = readiness.reasons.find((one) => words.some((word) => one.includes(word)));
  if (reason === undefined) return ruledOut(`the images shim reports: ${readiness.reasons.join('; ') || `status ${reply.status}`}`);
  return { found: true, reason, status: reply.status };
}

/** A link of the shim's own report that fails. */
const shimLinkRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly symptoms?: readonly SymptomId[];
  readonly words: readonly string[];
  readonly cause: (reason: string) => string;
  readonly fix: ReturnType<typeof byHand>;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms ?? AFTER_THE_GPU,
  depth: 'shim',
  test: (evidence) => {
    const link = failingLink(evidence, o.words);
    if (!link.found) return link;
    return certain(o.cause(link.reason), { proof: [proofOf(PATHS.shim, `status ${link.status}: ${link.reason}`)], fix: o.fix });
  },
});

export const SHIM_RULES: readonly Rule[] = [
  ...serviceRules('shim', 'shim'),
  {
    id: 'shim-asks-wrong-address',
    title: 'Shim asks a wrong address for InvokeAI',
    symptoms: AFTER_THE_GPU,
    depth: 'shim',
    test: (evidence) => {
      const link = failingLink(evidence, ['cannot be reached', 'Upstream URL error', 'Connection refused']);
      if (!link.found) return link;
      const running = runningFact(evidence);
      if (running === null) return ruledOut('InvokeAI does not respond either, which explains it');
      return certain(`The images shim does not reach InvokeAI, although InvokeAI responds on 9090: its INVOKEAI_BASE_URL is wrong.`, {
        proof: [proofOf(PATHS.shim, link.reason), proofOf('GET :9090/api/v1/app/version', running)],
        fix: byRecipe('images-shim', 'Set the address of InvokeAI in the shim’s settings.'),
      });
    },
  },
  shimLinkRule({
    id: 'shim-finds-no-gpu',
    title: 'Shim refuses to make images on the CPU',
    words: ['No GPU'],
    cause: () => 'The images shim is not ready because InvokeAI sees no GPU.',
    fix: onPage('gpu', 'The GPU page shows what is wrong with the driver; if it works, set up InvokeAI again.'),
  }),
  shimLinkRule({
    id: 'shim-finds-no-model',
    title: 'Shim finds no model',
    symptoms: [...AFTER_THE_GPU, 'model-missing'],
    words: ['No SD 1.5 or SDXL model', 'did not report its models'],
    cause: (reason) => `The images shim is not ready: ${reason}`,
    fix: onPage('models', 'Install a model.'),
  }),
  shimLinkRule({
    id: 'shim-sees-paused-queue',
    title: 'Shim sees a paused queue',
    words: ['queue is paused'],
    cause: () => 'The images shim is not ready because InvokeAI’s queue is paused.',
    fix: onPage('models', 'Resume the queue.'),
  }),
  {
    id: 'shim-in-stub-mode',
    title: 'Shim in stub mode',
    symptoms: ['black-or-noisy-images', 'gateway-502'],
    depth: 'shim',
    test: (evidence) => {
      const reply = replyOf(evidence, 'shim');
      if (reply.kind === 'failed') return ruledOut('the images shim does not respond, which another cause explains');
      const mode = modeOf(reply);
      if (mode === undefined) return need(unknown('the images shim does not report its mode'));
      if (mode !== 'stub') return ruledOut(`the images shim runs in mode ${mode}`);
      return certain('The images shim runs in stub mode: it returns an image of 1 × 1 pixels without asking InvokeAI.', {
        proof: [proofOf(PATHS.shim, 'mode: stub')],
        fix: byRecipe('images-shim', 'Set SHIM_MODE=invokeai_queue.'),
      });
    },
  },
  {
    id: 'shim-template-missing',
    title: 'Graph template of the shim missing',
    symptoms: ['gateway-502', 'model-missing'],
    depth: 'shim',
    test: (evidence) => {
      const all = need(evidence.logs.shim);
      const matches = linesWith(all, ['graph template', 'SHIM_GRAPH_TEMPLATE_PATH', 'graph_template.json']);
      const bad = matches.filter(({ text }) => /missing|not found|No such file|unreadable|not set/i.test(text));
      const newest = bad.at(-1);
      if (newest === undefined) return ruledOut(`no complaint about the graph template in the shim log ${readSince(all, evidence)}`);
      return (isRecent(newest, evidence) ? certain : likely)('The images shim has no graph template, so it cannot make images.', {
        at: newest.at,
        proof: proofLines('shim', bad.slice(-3)),
        fix: byRecipe('images-shim', 'Set up the images shim, which needs no template.'),
      });
    },
  },
  {
    id: 'shim-timed-out',
    title: 'Jobs outlive the shim’s time limit',
    symptoms: ['gateway-502', 'slow', 'stuck-queue'],
    depth: 'shim',
    test: (evidence) => {
      const all = need(evidence.logs.shim);
      const matches = linesWith(all, ['Timed out waiting for InvokeAI completion', 'timed_out']);
      if (matches.length === 0) return ruledOut(`no time-out in the shim log ${readSince(all, evidence)}`);
      return likely('Images take longer than the images shim waits.', {
        at: matches.at(-1)?.at ?? null,
        proof: proofLines('shim', matches.slice(-4)),
        fix: onPage('models', 'Look at the queue: jobs wait for others, or one hangs.'),
      });
    },
  },
];
