import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComfyUiQueue, ComfyUiSystem } from '../../../shared/capabilities/comfyui/contract.ts';
import { quoted } from '../../foundation/http/curl-config.ts';
import { readCheckpoints } from '../backends/comfyui.ts';
import { downloadId, splitAddress } from './address.ts';
import { readDownloads } from './download-list.ts';
import { readRemoteFile } from './remote-file.ts';
import { folderOfUnit, readComfyQueue, readFolder, readSystem } from './replies.ts';

const GIB = 1024 ** 3;

describe('what ComfyUI answers', () => {
  it('system: card, memory in MiB, versions', () => {
    const device = {
      name: 'cuda:0 NVIDIA RTX 6000 Ada Generation : cudaMallocAsync',
      type: 'cuda',
      vram_total: 46 * GIB,
      vram_free: 40 * GIB,
    };
    const reported = readSystem({
      system: { comfyui_version: '0.3.64', python_version: '3.12.3 (main)', pytorch_version: '2.7.1+cu128' },
      devices: [{ ...device, torch_vram_total: 2 * GIB }],
    });
    expect(reported).toEqual({
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
    const reported = readSystem({ system: { comfyui_version: '0.3.64' }, devices: [{ name: 'cpu', type: 'cpu', vram_total: 5 }] });
    expect(reported?.system).toMatchObject({ hasGpu: false, device: 'cpu', vramTotalMiB: null });
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
      pendingCount: 1,
    });
  });

  it('counts a long queue to its end, though it does not look at every job', () => {
    const queue_pending = Array.from({ length: 210 }, (_, index) => [index, `id-${index}`, {}, {}, []]);
    const queue = readComfyQueue({ queue_running: [], queue_pending });
    expect(queue.pendingCount).toBe(210);
    expect(queue.pending.length).toBeLessThan(100);
  });

  it('folders: its own word, or the folder of its unit', () => {
    expect(readFolder({ checkpoints: ['/opt/ComfyUI/models/checkpoints', '/data/more'] })).toBe('/opt/ComfyUI/models/checkpoints');
    expect(readFolder({ checkpoints: [['/srv/m'], ['.safetensors']] })).toBe('/srv/m');
    expect(readFolder({})).toBeNull();
    expect(folderOfUnit('WorkingDirectory=/opt/ComfyUI\n')).toBe('/opt/ComfyUI/models/checkpoints');
    expect(folderOfUnit('WorkingDirectory=!/opt/ComfyUI/')).toBe('/opt/ComfyUI/models/checkpoints');
    expect(folderOfUnit('WorkingDirectory=\n')).toBeNull();
    expect(readFolder({ checkpoints: ['/srv/a\u202eb', '/srv/a\nb', `/${'a'.repeat(5_000)}`, '/srv/m'] })).toBe('/srv/m');
    expect(folderOfUnit('WorkingDirectory=/srv/a\u202eb\n')).toBeNull();
  });

  it('any JSON is read without throwing, into what the contract allows', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reported = readSystem(value);
        if (reported !== null) ComfyUiSystem.parse(reported.system);
        ComfyUiQueue.parse(readComfyQueue(value));
        readFolder(value);
        return readCheckpoints(value) === null || Array.isArray(value);
      }),
    );
  });
});

describe('what a server says of a file', () => {
  const first = '10000000000000007b22615f5f6d657461'.padStart(34, '0').slice(-32);
  const model = '4000000000000000' + '7b225f5f6d657461';
  const printed = (head: string, hex = model, end = '0'): string => `${head}\u001e\n${hex}\n\u001e\n${end}\n`;

  it('Hugging Face: size and checksum of the redirect, the mark of the next server', () => {
    const sha = '31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b';
    const head = `HTTP/2 302 \r\ncontent-length: 1344\r\nX-Linked-Size: 6938078334\r\nx-linked-etag: "${sha}"\r\netag: "other"\r\n\r\nHTTP/2 206 \r\ncontent-length: 16\r\ncontent-range: bytes 0-15/6938078334\r\netag: "x"\r\n\r\n`;
    expect(readRemoteFile(printed(head))).toEqual({
      status: 206,
      bytes: 6_938_078_334,
      sha256: sha,
      validator: '"x"',
      kind: 'safetensors',
      curlExitCode: 0,
      message: '',
    });
  });

  it.each([
    ['HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-15/77\r\n', 77],
    ['HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-15/*\r\n', null],
    ['HTTP/1.1 200 OK\r\ncontent-length: 78\r\n', 78],
    ['HTTP/1.1 200 OK\r\ncontent-length: -1\r\n', null],
  ])('elsewhere the last answer counts: %j has %s bytes', (head, bytes) => {
    expect(readRemoteFile(printed(head)).bytes).toBe(bytes);
  });

  it.each([
    ['etag: "strong"\r\nlast-modified: Mon, 02 Mar 2026 08:00:00 GMT', '"strong"'],
    ['etag: W/"weak"\r\nlast-modified: Mon, 02 Mar 2026 08:00:00 GMT', 'Mon, 02 Mar 2026 08:00:00 GMT'],
    ['etag: W/"weak"', null],
    ['etag: "a\u0001b"', null],
  ])('marks the version by %j', (head, validator) => {
    expect(readRemoteFile(printed(`HTTP/2 200 \r\n${head}\r\n`)).validator).toBe(validator);
  });

  it.each([
    [model, '', 'safetensors'],
    [Buffer.from('version https://').toString('hex'), '', 'lfs-pointer'],
    [Buffer.from('  <!doctype html').toString('hex'), '', 'page'],
    [Buffer.from('whatever it says').toString('hex'), 'content-type: text/html\r\n', 'page'],
    [Buffer.from('PK\u0003\u0004 a zip').toString('hex'), '', 'other'],
    ['', '', 'other'],
    [first, '', 'other'],
  ])('by its first bytes %s is %s %s', (hex, head, kind) => {
    expect(readRemoteFile(printed(`HTTP/2 200 \r\n${head}`, hex)).kind).toBe(kind);
  });

  it('nothing is made up, whatever comes', () => {
    expect(readRemoteFile('')).toMatchObject({ status: null, bytes: null, sha256: null, validator: null, curlExitCode: null });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readRemoteFile(text).kind !== undefined));
  });
});

describe('an address', () => {
  it.each([
    [
      'https://civitai.com/api/download/models/1?type=Model&format=SafeTensor&token=abc',
      'https://civitai.com/api/download/models/1?type=Model&format=SafeTensor',
      true,
    ],
    ['https://h/a?X-Amz-Signature=ff&X-Amz-Credential=k', 'https://h/a', true],
    ['https://h/a?key=1&download=true', 'https://h/a?download=true', true],
    [`https://h/a?name=${'x'.repeat(80)}`, 'https://h/a', true],
    ['https://user:pw@h/a', 'https://h/a', true],
    ['https://onlytoken@h/a#frag', 'https://h/a', true],
    ['https://h/a?download=true#x', 'https://h/a?download=true', false],
    ['https://h/a', 'https://h/a', false],
  ])('%s is shown as %s', (text, shown, hasSecret) => {
    expect(splitAddress(text)).toMatchObject({ shown, hasSecret });
  });

  it('is handed to curl whole, quoted as its configuration wants it', () => {
    expect(splitAddress('https://u:p%22%5C@h/a?token=x').config).toEqual(['url = "https://h/a?token=x"', 'user = "u:p\\"\\\\"']);
    expect(quoted('a\nurl = "file:///etc/passwd"')).toBe('"aurl = \\"file:///etc/passwd\\""');
  });
});

describe('the list of downloads', () => {
  const FOLDER = '/models';
  const readAll = (text: string) => readDownloads(text, FOLDER);
  const record = (fields: Readonly<Record<string, string>>): string => {
    const name = fields['name'] ?? 'a.safetensors';
    const all = { id: downloadId(FOLDER, name), name, url: 'https://h/a', bytes: '5', size: '10', ...fields };
    return `${Object.entries(all)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n\u001e\n`;
  };

  it('leaves out what it could not have written', () => {
    expect(readAll(record({ name: '../../.ssh/id_ed25519' }))).toEqual([]);
    expect(readAll(record({ id: 'other' }))).toEqual([]);
    expect(readAll(`${record({ name: '.hidden.safetensors' })}${record({})}`)).toHaveLength(1);
    expect(readAll(record({ url: 'file:///etc/passwd', sha256: '$(id) operator', validator: '"x\u0007"' }))[0]).toMatchObject({
      url: '',
      sha256: null,
      validator: null,
    });
  });

  it.each([
    [{ alive: 'yes', step: 'downloading' }, 'downloading'],
    [{ alive: 'yes', step: 'checking' }, 'checking'],
    [{ alive: 'no', step: 'downloading' }, 'stopped'],
    [{ alive: 'no', end: '22', said: 'curl: (22) 404' }, 'failed'],
    [{ alive: 'no', end: 'checksum', found: 'ff' }, 'wrong-checksum'],
    [{ alive: 'no', end: '0' }, 'done'],
  ] as const)('%o is %s', (fields, state) => {
    expect(readAll(record(fields))[0]).toMatchObject({ state, bytes: 5, totalBytes: 10 });
  });

  it('says why, with curl’s own words', () => {
    expect(readAll(record({ end: '23', said: 'curl: (23) Failure writing' }))[0]?.problem).toMatch(/could not be written.*\(curl: \(23\)/);
    expect(readAll(record({ end: '99' }))[0]?.problem).toContain('99');
  });

  it('any text is read without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readAll(text))));
  });
});
