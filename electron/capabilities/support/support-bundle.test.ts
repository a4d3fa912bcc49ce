import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createSupportBundle } from './support-bundle.ts';

const bundle = () =>
  createSupportBundle({
    collect: async (panelVersion) => ({
      documents: [
        { path: 'report.md', group: 'report', about: 'report', text: `by ${panelVersion}, hunter2`, kind: 'log' },
        { path: 'logs/a.log', group: 'logs', about: 'log', text: '{"prompt":"a red fox"}', kind: 'log' },
      ],
      missing: ['x: absent'],
    }),
    knownSecrets: () => ['hunter2'],
  });

describe('a support bundle', () => {
  it('is shown before it is saved, and saved as it was shown, without what is left out', async () => {
    const room = bundle();
    const draft = await room.prepare({ panelVersion: 'Ada Panel 1', withPrompts: false });
    expect(draft.files.map(({ path }) => path)).toEqual(['report.md', 'logs/a.log', 'not-read.txt']);
    expect(room.preview(draft.id, 'report.md')).toEqual({ text: 'by Ada Panel 1, …', isCut: false });
    const { data, files } = room.zip(draft.id, ['logs/a.log']);
    expect(files).toBe(2);
    expect(Object.entries(unzipSync(data)).map(([path, text]) => [path, strFromU8(text)])).toEqual([
      ['report.md', 'by Ada Panel 1, …'],
      ['not-read.txt', 'x: absent\n'],
    ]);
  });

  it('has prompts only when they are asked for', async () => {
    const room = bundle();
    const { id } = await room.prepare({ panelVersion: '', withPrompts: false });
    expect(room.preview(id, 'logs/a.log').text).not.toContain('fox');
    expect((await room.render(id, true)).hasPrompts).toBe(true);
    expect(room.preview(id, 'logs/a.log').text).toContain('fox');
  });

  it('is gone once it is discarded or replaced', async () => {
    const room = bundle();
    const first = await room.prepare({ panelVersion: '', withPrompts: false });
    const second = await room.prepare({ panelVersion: '', withPrompts: false });
    expect(() => room.preview(first.id, 'report.md')).toThrow(
      expect.objectContaining({ panelError: expect.objectContaining({ code: 'bundle-gone' }) }),
    );
    room.discard(second.id);
    expect(() => room.zip(second.id, [])).toThrow();
  });
});
