import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComfyUiQueue, ComfyUiSystem } from '../../shared/contract/comfyui.ts';
import { readDownloads } from './download-list.ts';
import { readHeaders } from './remote-file.ts';
import { folderOfUnit, readCheckpoints, readComfyQueue, readFolder, readSystem } from './replies.ts';

const GIB = 1024 ** 3;

describe('what ComfyUI answers', () => {
  it('system: card, memory in MiB, versions', () => {
    const device = {
      name: 'cuda:0 NVIDIA RTX 6000 Ada Generation : cudaMallocAsync',
      type: 'cuda',
      vram_total: 46 * GIB,
      vram_free: 40 * GIB,
    };
    const told = readSystem({
      system: { comfyui_version: '0.3.64', python_version: '3.12.3 (main)', pytorch_version: '2.7.1+cu128' },
      devices: [{ ...device, torch_vram_total: 2 * GIB }],
    });
    expect(told).toEqual({
      version: '0.3.64',
      system: {
        device: 'NVIDIA RTX 6000 Ada Generation',
        hasGpu: true,
        vramTotalMiB: 47_104,
        vramFreeMiB: 40_960,
        reservedMiB: 2048,
        pythonVersion: '3.12.3',
        pytorchVersion: '2.7.1+cu128',
      },
    });
  });

  it('a processor has no VRAM, and another program is not ComfyUI', () => {
    const told = readSystem({ system: { comfyui_version: '0.3.64' }, devices: [{ name: 'cpu', type: 'cpu', vram_total: 5 }] });
    expect(told?.system).toMatchObject({ hasGpu: false, device: 'cpu', vramTotalMiB: null });
    expect(readSystem({ version: '6.14.0' })).toBeNull();
  });

  it('queue: what runs and waits, by checkpoint and words', () => {
    const workflow = { ckpt: { inputs: { ckpt_name: 'a.safetensors' } }, pos: { inputs: { text: 'a red apple' } } };
    const queue = readComfyQueue({
      queue_running: [[3, 'id-1', workflow, {}, []]],
      queue_pending: [[4, 'id-2', {}, {}, []], 'nonsense', [5]],
    });
    expect(queue).toEqual({
      running: { promptId: 'id-1', checkpoint: 'a.safetensors', prompt: 'a red apple' },
      pending: [{ promptId: 'id-2', checkpoint: null, prompt: null }],
    });
  });

  it('folders: its own word, or the folder of its unit', () => {
    expect(readFolder({ checkpoints: ['/opt/ComfyUI/models/checkpoints', '/data/more'] })).toBe('/opt/ComfyUI/models/checkpoints');
    expect(readFolder({ checkpoints: [['/srv/m'], ['.safetensors']] })).toBe('/srv/m');
    expect(readFolder({})).toBeNull();
    expect(folderOfUnit('WorkingDirectory=/opt/ComfyUI\n')).toBe('/opt/ComfyUI/models/checkpoints');
    expect(folderOfUnit('WorkingDirectory=!/opt/ComfyUI/')).toBe('/opt/ComfyUI/models/checkpoints');
    expect(folderOfUnit('WorkingDirectory=\n')).toBeNull();
  });

  it('any JSON is read without throwing, into what the contract allows', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const told = readSystem(value);
        if (told !== null) ComfyUiSystem.parse(told.system);
        ComfyUiQueue.parse(readComfyQueue(value));
        readFolder(value);
        return readCheckpoints(value) === null || Array.isArray(value);
      }),
    );
  });
});

describe('what a server says of a file', () => {
  it('Hugging Face: size and checksum of the redirect, not those of the next server', () => {
    const sha = '31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b';
    const text = `HTTP/2 302 \r\ncontent-length: 1344\r\nX-Linked-Size: 6938078334\r\nx-linked-etag: "${sha}"\r\netag: "other"\r\n\r\nHTTP/2 200 \r\ncontent-length: 6938078334\r\netag: "x"\r\n\r\n`;
    expect(readHeaders(text)).toEqual({ status: 200, bytes: 6_938_078_334, sha256: sha, isPage: false });
  });

  it('elsewhere: the last answer counts, a page is known as one, and nothing is made up', () => {
    expect(readHeaders('HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n')).toEqual({
      status: 200,
      bytes: null,
      sha256: null,
      isPage: true,
    });
    expect(readHeaders('')).toEqual({ status: null, bytes: null, sha256: null, isPage: false });
  });
});

describe('the list of downloads', () => {
  const record = (fields: Readonly<Record<string, string>>): string =>
    `${Object.entries({ name: 'a.safetensors', url: 'https://h/a', bytes: '5', size: '10', ...fields })
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n\u001e\n`;

  it.each([
    [{ alive: 'yes', step: 'downloading' }, 'downloading'],
    [{ alive: 'yes', step: 'checking' }, 'checking'],
    [{ alive: 'no', step: 'downloading' }, 'stopped'],
    [{ alive: 'no', end: '22', said: 'curl: (22) 404' }, 'failed'],
    [{ alive: 'no', end: 'checksum', found: 'ff' }, 'wrong-checksum'],
    [{ alive: 'no', end: '0' }, 'done'],
  ] as const)('%o is %s', (fields, state) => {
    expect(readDownloads(record(fields))[0]).toMatchObject({ state, bytes: 5, totalBytes: 10 });
  });

  it('says why, with curl’s own words', () => {
    expect(readDownloads(record({ end: '23', said: 'curl: (23) Failure writing' }))[0]?.problem).toMatch(/disk.*full.*\(curl: \(23\)/);
    expect(readDownloads(record({ end: '99' }))[0]?.problem).toContain('99');
  });

  it('any text is read without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readDownloads(text))));
  });
});
