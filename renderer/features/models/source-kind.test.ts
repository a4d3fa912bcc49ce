import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSource, repoOfSource } from './source-kind.ts';

describe('the field of the Models page', () => {
  it.each([
    ['  ', { kind: 'empty' }],
    ['sdxl anime', { kind: 'words' }],
    ['sdxl', { kind: 'words' }],
    ['org/name', { kind: 'repo', id: 'org/name', source: 'org/name' }],
    [' org/name:fp16 ', { kind: 'repo', id: 'org/name', source: 'org/name:fp16' }],
    ['org/name::text_encoder_2', { kind: 'repo', id: 'org/name', source: 'org/name::text_encoder_2' }],
    ['../etc', { kind: 'words' }],
    ['/data/x.safetensors', { kind: 'path', source: '/data/x.safetensors' }],
    ['https://civitai.com/x.safetensors', { kind: 'url', source: 'https://civitai.com/x.safetensors' }],
    ['https://huggingface.co/org/name', { kind: 'repo', id: 'org/name', source: 'org/name' }],
    ['https://huggingface.co/org/name/tree/main', { kind: 'repo', id: 'org/name', source: 'org/name' }],
    [
      'https://huggingface.co/org/name/blob/main/a.safetensors?x=1',
      { kind: 'url', source: 'https://huggingface.co/org/name/resolve/main/a.safetensors' },
    ],
    [
      'https://huggingface.co/org/name/resolve/main/a.safetensors',
      { kind: 'url', source: 'https://huggingface.co/org/name/resolve/main/a.safetensors' },
    ],
  ])('%s', (text, expected) => {
    expect(readSource(text)).toEqual(expected);
  });

  it('the repository of what InvokeAI recommends', () => {
    expect(repoOfSource('org/name::bfloat16')).toBe('org/name');
    expect(repoOfSource('https://huggingface.co/org/name/resolve/main/a.safetensors')).toBe('org/name');
    expect(repoOfSource('https://civitai.com/org/name')).toBeNull();
    expect(repoOfSource('/data/x')).toBeNull();
  });

  it('property: never throws, and what is no source is words', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readSource(text);
        expect(['empty', 'words', 'repo', 'url', 'path']).toContain(read.kind);
        repoOfSource(text);
      }),
    );
  });
});
