import { describe, expect, it } from 'vitest';
import { type CheckpointDownload, CheckpointName, CheckpointUrl } from '../../../../shared/capabilities/comfyui/contract.ts';
import { isInstalledOrQueued, nameFromUrl, RECOMMENDED } from './checkpoint-files.ts';
import { describeDownload } from './text.ts';

const download = (change: Partial<CheckpointDownload>): CheckpointDownload => ({
  name: 'a.safetensors',
  url: 'https://huggingface.co/a',
  state: 'downloading',
  bytes: 1024 ** 3,
  totalBytes: 4 * 1024 ** 3,
  bytesPerSecond: 100 * 1024 ** 2,
  leftMs: 30_720,
  sha256: 'a'.repeat(64),
  foundSha256: null,
  problem: null,
  ...change,
});

describe('downloads in words', () => {
  it.each([
    [{}, 'downloading', /1\.0 GiB of 4\.0 GiB, 100\.0 MiB\/s, .* left/],
    [{ bytesPerSecond: null, leftMs: null }, 'downloading', /measuring the speed$/],
    [{ bytesPerSecond: 0, leftMs: null }, 'stalled', /no data for 15 s or longer$/],
    [{ state: 'stopped' as const, totalBytes: null }, 'paused', /^1\.0 GiB saved/],
    [{ state: 'failed' as const, problem: 'Connection dropped.' }, 'failed', /dropped/],
    [{ state: 'wrong-checksum' as const, foundSha256: 'b'.repeat(64) }, 'wrong checksum', /aaaa….*bbbb….*not passed/],
    [{ state: 'done' as const }, 'installed', /; verified, SHA-256/],
    [{ state: 'done' as const, sha256: null, foundSha256: 'b'.repeat(64) }, 'installed', /not verified/],
  ])('%o', (change, word, detail) => {
    const words = describeDownload(download(change));
    expect(words.word).toBe(word);
    expect(words.detail).toMatch(detail);
  });
});

describe('what is there', () => {
  it('knows a file by its name, in whatever folder, and one on its way', () => {
    expect(isInstalledOrQueued('a.safetensors', { checkpoints: ['sdxl/a.safetensors'], downloads: [] })).toBe(true);
    expect(isInstalledOrQueued('a.safetensors', { checkpoints: ['not-a.safetensors'], downloads: [] })).toBe(false);
    expect(isInstalledOrQueued('a.safetensors', { checkpoints: null, downloads: [download({})] })).toBe(true);
  });

  it('the buttons ask for what the contract lets through', () => {
    for (const { id, url } of RECOMMENDED) expect([CheckpointName.parse(id), CheckpointUrl.parse(url)]).toEqual([id, url]);
  });
});

describe('a name from an address', () => {
  it.each([
    ['https://h/a/b/model.safetensors?download=true', 'model.safetensors'],
    ['https://h/a/c%20d.safetensors', 'c d.safetensors'],
    ['https://h/a/model.ckpt', ''],
    ['https://h/a/%E0%A4%A.safetensors', ''],
    ['', ''],
  ])('%s', (url, name) => {
    expect(nameFromUrl(url)).toBe(name);
  });
});
