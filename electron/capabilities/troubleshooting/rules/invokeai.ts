import { formatClock } from '../../../../shared/format.ts';
import { need, unknown } from '../evidence.ts';
import {
  byRecipe,
  byService,
  certain,
  likely,
  linesWith,
  onPage,
  proofLines,
  proofOf,
  type Rule,
  readSince,
  ruledOut,
  runningFact,
} from '../rule.ts';
import { lastLines, READY, UNIT, unitRule } from './invokeai-facts.ts';

const STARTING_MS = 3 * 60_000;

/** The state of InvokeAI itself. */
export const INVOKEAI_RULES: readonly Rule[] = [
  unitRule('invokeai-stopped', 'InvokeAI stopped', (evidence) => {
    const unit = need(evidence.units.invokeai);
    if (unit.loadState !== 'loaded' || unit.activeState !== 'inactive')
      return ruledOut(`${unit.name} is ${unit.activeState} (${unit.subState})`);
    const stop = evidence.logs.invokeai.isKnown
      ? linesWith(evidence.logs.invokeai.value, ['Stopped ', 'Stopping ', 'Deactivated successfully'])
      : [];
    return certain(`InvokeAI is stopped${unit.changedAt === null ? '' : ` since ${formatClock(unit.changedAt)}`}.`, {
      at: unit.changedAt,
      proof: [
        proofOf('systemd', `${UNIT}: ActiveState=inactive Result=${unit.result}`, unit.changedAt),
        ...proofLines('invokeai', stop.slice(-3)),
      ],
      fix: byService('start', UNIT, 'Start InvokeAI.'),
    });
  }),
  unitRule('invokeai-failed', 'InvokeAI ended with a failure', (evidence) => {
    const unit = need(evidence.units.invokeai);
    const isLooping = unit.subState === 'auto-restart';
    if (unit.activeState !== 'failed' && !isLooping) return ruledOut(`${unit.name} is ${unit.activeState} (${unit.subState})`);
    const how =
      unit.result === 'start-limit-hit'
        ? 'too many starts in a short time'
        : unit.result === 'exit-code'
          ? `exit status ${unit.exitStatus ?? 'unknown'}`
          : unit.result;
    return certain(
      isLooping ? `InvokeAI ends again and again: ${how}, ${unit.restarts} restarts.` : `InvokeAI ended with a failure: ${how}.`,
      {
        at: unit.changedAt,
        proof: [
          proofOf(
            'systemd',
            `${UNIT}: ActiveState=${unit.activeState} Result=${unit.result} ExecMainStatus=${unit.exitStatus ?? ''}`,
            unit.changedAt,
          ),
          ...lastLines(evidence),
        ],
        fix: byService('start', UNIT, 'Remove the cause that its last lines name, then start InvokeAI.'),
      },
    );
  }),
  unitRule('invokeai-starting', 'InvokeAI still starting', (evidence) => {
    const unit = need(evidence.units.invokeai);
    const running = runningFact(evidence);
    if (running !== null) return ruledOut(running);
    if (unit.activeState !== 'activating' && unit.activeState !== 'active') return ruledOut(`${unit.name} is ${unit.activeState}`);
    if (unit.subState === 'auto-restart') return ruledOut(`${unit.name} ended and waits for its restart`);
    if (unit.changedAt === null) return need(unknown(`systemd did not report since when ${unit.name} is ${unit.activeState}`));
    if (evidence.nowMs - unit.changedAt > STARTING_MS) return ruledOut(`${unit.name} began its start at ${formatClock(unit.changedAt)}`);
    return likely('InvokeAI is still starting.', {
      at: unit.changedAt,
      proof: [proofOf('systemd', `${UNIT}: ActiveState=${unit.activeState}`, unit.changedAt), ...lastLines(evidence, 3)],
      fix: onPage('logs', `Wait for the line “${READY}”; a first start takes a minute or more.`, UNIT),
    });
  }),
  unitRule('invokeai-silent', 'InvokeAI running but not responding', (evidence) => {
    const unit = need(evidence.units.invokeai);
    const running = runningFact(evidence);
    if (running !== null) return ruledOut(running);
    if (unit.activeState !== 'active') return ruledOut(`${unit.name} is ${unit.activeState}, not running without a response`);
    const reply = need(evidence.probes.invokeai);
    return certain('InvokeAI is running but not responding on 9090.', {
      proof: [
        proofOf('systemd', `${UNIT}: ActiveState=active`, unit.changedAt),
        proofOf('GET :9090/api/v1/app/version', reply.kind === 'failed' ? reply.message : `status ${reply.status}`),
        ...lastLines(evidence, 4),
      ],
      fix: byService('restart', UNIT, 'Restart InvokeAI.'),
    });
  }),
  {
    id: 'invokeai-wants-login',
    title: 'InvokeAI wants a login',
    symptoms: ['gateway-502', 'gateway-503', 'model-missing'],
    depth: 'invokeai',
    test: (evidence) => {
      const queue = need(evidence.probes.queue);
      const refused = [queue, need(evidence.probes.shim)].find(
        (reply) => reply.kind === 'reply' && (reply.status === 401 || reply.body.includes('wants a login')),
      );
      if (refused?.kind !== 'reply') {
        if (queue.kind === 'failed') return need(unknown(`InvokeAI does not report its queue: ${queue.message}`));
        return ruledOut(`InvokeAI replied without a login (status ${queue.status})`);
      }
      return certain(
        'InvokeAI runs with user accounts (multiuser: true) and refuses requests without a login, which the shim does not have.',
        {
          proof: [proofOf('GET :9090', `status ${refused.status}: ${refused.body.slice(0, 200)}`)],
          fix: byRecipe('invokeai', 'Set “multiuser: false” in invokeai.yaml.'),
        },
      );
    },
  },
  {
    id: 'invokeai-on-cpu',
    title: 'InvokeAI runs on the CPU',
    symptoms: ['slow', 'gateway-502', 'gpu-lost'],
    depth: 'installation',
    test: (evidence) => {
      const { gpu } = evidence;
      if (gpu.isKnown && gpu.value.kind !== 'read') return ruledOut('nvidia-smi lists no GPU, which another cause explains');
      const lines = need(evidence.logs.invokeai);
      const devices = linesWith(lines, ['Using torch device: ']);
      const newest = devices.at(-1);
      const shim = evidence.probes.shim;
      const isShimSaying = shim.isKnown && shim.value.kind === 'reply' && shim.value.body.includes('images are made on the CPU');
      if (newest === undefined && !isShimSaying) {
        // It logs its device at its start alone, and on the CPU it holds no VRAM.
        if (need(evidence.gpuPrograms).some((program) => program.unit === UNIT)) return ruledOut(`nvidia-smi lists ${UNIT} on the GPU`);
        return need(unknown(`InvokeAI logged no device ${readSince(lines, evidence)}, and nvidia-smi does not list it`));
      }
      const isCpu = /Using torch device: cpu\b/i.test(newest?.text.slice(0, 500) ?? '') || isShimSaying;
      if (!isCpu) return ruledOut(`InvokeAI uses ${newest?.text.slice(newest.text.indexOf('device: ') + 8) ?? 'the GPU'}`);
      return certain('InvokeAI makes images on the CPU: its PyTorch does not use the GPU.', {
        at: newest?.at ?? null,
        proof: [
          ...proofLines('invokeai', newest === undefined ? [] : [newest]),
          isShimSaying ? proofOf('GET :9091/readyz', 'No GPU: images are made on the CPU, slowly.') : null,
        ],
        fix: byRecipe(
          'invokeai',
          'Set up InvokeAI again with the PyTorch build for the GPU; an update may have installed the one for CPUs.',
        ),
      });
    },
  },
];
