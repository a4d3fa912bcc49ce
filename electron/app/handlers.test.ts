import { describe, expect, it } from 'vitest';
import type { CallInput, HostCallName } from '../../shared/contract/index.ts';
import { calls } from '../../shared/contract/index.ts';
import { type EveryCallIsAnswered, HOST_CAPABILITIES, PANEL_CAPABILITIES } from '../capabilities.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';

const image = { prompt: 'a boat', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7 };
const parameters = { ...image, seed: 1, model: null, scheduler: null, count: 1 };
const units = ['invokeai.service'];

/** What a dialog sends: a host call that is added without a sample does not compile. */
const SAMPLES: { readonly [N in HostCallName]: CallInput<N> } = {
  'facts.state': undefined,
  'gpu.status': undefined,
  'gpu.retry': undefined,
  'services.state': undefined,
  'services.refresh': undefined,
  'services.act': { unit: 'invokeai.service', verb: 'stop' },
  'services.discover': undefined,
  'services.pin': { unit: 'invokeai.service', pinned: true },
  'services.order': { units },
  'services.sudoersPlan': { asRoot: true },
  'services.installSudoers': { text: 'rule', replaces: null },
  'journal.open': { units, backlog: 10 },
  'journal.close': { streamId: '1' },
  'journal.acknowledge': { streamId: '1', received: 1 },
  'journal.older': { units, count: 1 },
  'journal.range': { units, fromMs: 0, toMs: 1, count: 1 },
  'journal.export': { units, format: 'text' },
  'gateway.state': undefined,
  'gateway.configure': { profile: null },
  'gateway.setToken': { token: null },
  'gateway.acceptCertificate': { sha256: `${'AA:'.repeat(31)}AA` },
  'gateway.importAuthority': undefined,
  'gateway.forgetTrust': undefined,
  'gateway.refresh': undefined,
  'gateway.models': undefined,
  'gateway.observability': undefined,
  'gateway.overload': undefined,
  'gateway.startOverload': { backendClass: 'gpu_heavy', requests: 2, size: '512x512', steps: 1 },
  'gateway.cancelOverload': undefined,
  'images.routes': undefined,
  'images.run': undefined,
  'images.start': { route: 'shim', parameters },
  'images.cancel': { runId: '1' },
  'models.state': undefined,
  'models.refresh': undefined,
  'models.starters': undefined,
  'models.install': { source: 'stabilityai/sdxl-turbo', isInPlace: false, token: null, neededBytes: null },
  'models.actOnJob': { jobId: 1, verb: 'cancel' },
  'models.prune': undefined,
  'models.remove': { key: 'a-model' },
  'models.hfLogin': undefined,
  'models.setHfToken': { token: null },
  'models.actOnQueue': { verb: 'clear' },
  'models.freeVram': undefined,
  'models.logIn': { email: 'me@example.org', password: 'secret', isPasswordSaved: false },
  'models.logOut': undefined,
  'models.cache': undefined,
  'comfyui.state': undefined,
  'comfyui.refresh': undefined,
  'comfyui.interrupt': { promptId: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  'comfyui.dequeue': { promptId: null },
  'comfyui.free': undefined,
  'comfyui.download': { url: 'https://example.org/a.safetensors', name: 'a.safetensors', sha256: null, token: null },
  'comfyui.actOnDownload': { name: 'a.safetensors', verb: 'discard' },
  'probes.state': undefined,
  'diagnosis.dismissals': undefined,
  'diagnosis.dismiss': { problemId: 'xid', occurrence: '79' },
  'diagnosis.restore': undefined,
};

describe('calls about a host', () => {
  it.each(Object.entries(SAMPLES))('%s reaches the host that it names, and no call without a host is one', async (name, value) => {
    const done: unknown[] = [];
    const answer = createAnswer(
      {
        ofPanel: () => done.push('no host'),
        ofHost: (hostId, called, input) => done.push([hostId, called, input]),
      },
      silentLogger,
    );
    expect(await answer(name, { hostId: 'ada2', value })).toMatchObject({ ok: true });
    expect(done).toEqual([['ada2', name, value]]);
    for (const raw of [value, { value }, { hostId: null, value }, { hostId: '../ada2', value }, undefined])
      expect(await answer(name, raw)).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    expect(done).toHaveLength(1);
  });

  it('have exactly one capability each', () => {
    const isEveryCallAnswered: EveryCallIsAnswered = true;
    expect(isEveryCallAnswered).toBe(true);
    const answered = [...HOST_CAPABILITIES, ...PANEL_CAPABILITIES].flatMap((capability) => capability.calls);
    const own = /^(app|hosts)\./;
    expect(answered.toSorted()).toEqual(
      calls
        .map(({ name }) => name as string)
        .filter((name) => !own.test(name))
        .toSorted(),
    );
  });
});
