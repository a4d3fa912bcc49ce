import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChoices, readHistory, readPromptId, readQueuePosition, readRefusal } from './comfyui.ts';
import { readBinaryEvent, readTextEvent } from './comfyui-events.ts';

const ID = '0d5c1c9e-7a40-4b7e-9c55-0e6f2f1ada02';
const entryWith = (messages: readonly unknown[], more: object = {}) => ({
  [ID]: {
    prompt: [3, ID, { sample: {} }, {}, ['save']],
    outputs: {},
    status: { status_str: 'error', completed: false, messages },
    ...more,
  },
});

describe('what ComfyUI answers about jobs', () => {
  it('is a place by the numbers of the jobs, since the list is a heap', () => {
    const queue = { queue_running: [[1, 'r', {}, {}, []]], queue_pending: [[5, ID], [9, 'x'], [-2, 'front'], 'odd', [null, null]] };
    expect(readQueuePosition(queue, ID)).toEqual({ isRunning: false, ahead: 3 });
    expect(readQueuePosition(queue, 'r')).toEqual({ isRunning: true, ahead: 0 });
    expect(readQueuePosition(queue, 'nobody')).toBeNull();
  });

  it('is the end of a job, with its images and its time', () => {
    const messages = [
      ['execution_start', { prompt_id: ID, timestamp: 1_000 }],
      ['execution_cached', { nodes: ['checkpoint'], prompt_id: ID, timestamp: 1_001 }],
      ['execution_success', { prompt_id: ID, timestamp: 4_200 }],
    ];
    const document = entryWith(messages, {
      outputs: { save: { images: [{ filename: 'a_00001_.png', subfolder: '', type: 'output' }, { subfolder: 'x' }] } },
      status: { status_str: 'success', completed: true, messages },
    });
    expect(readHistory(document, ID, 'save')).toEqual({
      ...{ end: 'success', failure: null, startedAt: 1_000, endedAt: 4_200, cachedNodes: ['checkpoint'], workflow: { sample: {} } },
      images: [{ filename: 'a_00001_.png', subfolder: '', type: 'output' }],
    });
    expect(readHistory({}, ID, 'save')).toBeNull();
  });

  it('is an interrupt, or an error with the words of its node', () => {
    expect(readHistory(entryWith([['execution_interrupted', { node_type: 'KSampler' }]]), ID, 'save')?.end).toBe('interrupted');
    const data = { node_type: 'VAEDecode', exception_type: 'RuntimeError', exception_message: 'bad \u001b[31mlatent\n' };
    const failed = readHistory(entryWith([['execution_error', data]]), ID, 'save');
    expect(failed).toMatchObject({
      end: 'error',
      failure: { node: 'VAEDecode', type: 'RuntimeError', message: expect.stringContaining('bad') },
    });
    expect(failed?.failure?.message).not.toContain('\u001b');
    expect(readHistory(entryWith([]), ID, 'save')).toMatchObject({ end: 'error', failure: null });
  });

  it('is a refusal with the inputs that it does not know', () => {
    const error = { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation', details: '', extra_info: {} };
    const ofInput = {
      ...{ type: 'value_not_in_list', message: 'Value not in list', details: "ckpt_name: 'x' not in ['y']" },
      extra_info: { input_name: 'ckpt_name' },
    };
    expect(readRefusal({ error, node_errors: { checkpoint: { class_type: 'CheckpointLoaderSimple', errors: [ofInput] } } })).toEqual({
      message: "Prompt outputs failed validation; CheckpointLoaderSimple: Value not in list: ckpt_name: 'x' not in ['y']",
      unknownInputs: ['ckpt_name'],
    });
    expect(readRefusal({ detail: 'x' })).toBeNull();
  });

  it('is a list of values, as older and newer nodes report it', () => {
    const info = (entry: unknown) => ({ KSampler: { input: { required: { sampler_name: entry } } } });
    expect(readChoices(info([['euler', 'lms', 3], {}]), 'KSampler', 'sampler_name')).toEqual(['euler', 'lms']);
    expect(readChoices(info(['COMBO', { options: ['euler'] }]), 'KSampler', 'sampler_name')).toEqual(['euler']);
    expect(readChoices(info(['INT', {}]), 'KSampler', 'sampler_name')).toBeNull();
    expect(readChoices({}, 'KSampler', 'sampler_name')).toBeNull();
  });

  it('is never trusted: any JSON is read without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const document of [
          value,
          { [ID]: value },
          { error: value, node_errors: value },
          { queue_pending: value, queue_running: value },
        ]) {
          readQueuePosition(document, ID);
          readHistory(document, ID, 'save');
          readRefusal(document);
          readPromptId(document);
          readChoices(document, ID, 'x');
        }
      }),
    );
  });
});

const message = (type: string, data: object): string => JSON.stringify({ type, data });
const uint32 = (value: number): Buffer => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);

describe('ComfyUI’s events', () => {
  it.each([
    [message('status', { status: { exec_info: { queue_remaining: 2 } }, sid: 'x' }), [{ kind: 'queue' }]],
    [message('execution_start', { prompt_id: ID, timestamp: 1 }), [{ kind: 'started', promptId: ID }]],
    [message('executing', { node: 'sample', display_node: 'sample', prompt_id: ID }), [{ kind: 'node', promptId: ID, node: 'sample' }]],
    [message('executing', { node: 'sample' }), [{ kind: 'node', promptId: null, node: 'sample' }]],
    [message('executing', { node: null, prompt_id: ID }), [{ kind: 'ended', promptId: ID }]],
    [
      message('progress', { value: 3, max: 20, prompt_id: ID, node: 'sample' }),
      [{ kind: 'progress', promptId: ID, node: 'sample', value: 3, max: 20 }],
    ],
    [
      message('progress_state', {
        prompt_id: ID,
        nodes: { checkpoint: { value: 1, max: 1, state: 'finished' }, sample: { value: 3, max: 20, state: 'running' } },
      }),
      [{ kind: 'progress', promptId: ID, node: 'sample', value: 3, max: 20 }],
    ],
    [message('execution_interrupted', { prompt_id: ID }), [{ kind: 'ended', promptId: ID }]],
    [message('crystools.monitor', { cpu: 1 }), []],
    [message('progress', { value: 3, max: 0, node: 'sample' }), []],
    ['{', []],
    ['[]', []],
  ])('%s', (text, events) => {
    expect(readTextEvent(text)).toEqual(events);
  });

  it('have previews with and without the job’s id', () => {
    const preview = `data:image/png;base64,${PNG.toString('base64')}`;
    const metadata = Buffer.from(JSON.stringify({ prompt_id: ID, node_id: 'sample', image_type: 'image/png' }));
    expect(readBinaryEvent(Buffer.concat([uint32(1), uint32(2), PNG]))).toEqual([{ kind: 'preview', promptId: null, preview }]);
    expect(readBinaryEvent(Buffer.concat([uint32(4), uint32(metadata.length), metadata, PNG]))).toEqual([
      { kind: 'preview', promptId: ID, preview },
    ]);
    expect(readBinaryEvent(Buffer.concat([uint32(4), uint32(4_000_000_000), PNG]))).toEqual([]);
    expect(readBinaryEvent(Buffer.concat([uint32(1), uint32(2), Buffer.from('<svg>')]))).toEqual([]);
    expect(readBinaryEvent(Buffer.concat([uint32(1), uint32(2), PNG, Buffer.alloc(400_000)]))).toEqual([]);
  });

  it('are never trusted: any message is read without an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => Array.isArray(readBinaryEvent(Buffer.from(bytes)))));
    fc.assert(fc.property(fc.jsonValue(), (data) => Array.isArray(readTextEvent(JSON.stringify({ type: 'progress_state', data })))));
  });
});
