import { describe, expect, it } from 'vitest';
import type { ReadJob } from './job-reader.ts';
import { CANNOT_RESUME, ResumeWatch } from './resume-watch.ts';

const job = (change: Partial<ReadJob> = {}): ReadJob => ({
  jobId: 3,
  source: 'https://x.example/a.safetensors',
  state: 'paused',
  bytes: 500,
  totalBytes: 1_000,
  files: [],
  needsDecision: null,
  isRecognised: null,
  error: null,
  ...change,
});

describe('a download that Resume does not bring on', () => {
  it('is marked once it is paused again without a new byte, and not before it was resumed', () => {
    const watch = new ResumeWatch();
    expect(watch.mark([job()])[0]?.needsDecision).toBeNull();
    watch.resumed(job());
    expect(watch.mark([job({ state: 'waiting' })])[0]?.needsDecision).toBeNull();
    expect(watch.mark([job()])[0]?.needsDecision).toBe(CANNOT_RESUME);
    expect(watch.mark([job({ bytes: 0, totalBytes: null })])[0]?.needsDecision).toBe(CANNOT_RESUME);
  });

  it('is not marked where it went on and was paused later', () => {
    const watch = new ResumeWatch();
    watch.resumed(job());
    watch.mark([job({ state: 'downloading', bytes: 700 })]);
    expect(watch.mark([job({ bytes: 700 })])[0]?.needsDecision).toBeNull();
  });

  it('is marked as well where somebody else resumed it: bytes of an unknown whole', () => {
    expect(new ResumeWatch().mark([job({ totalBytes: null })])[0]?.needsDecision).toBe(CANNOT_RESUME);
    // Paused before its server said anything.
    expect(new ResumeWatch().mark([job({ bytes: 0, totalBytes: null })])[0]?.needsDecision).toBeNull();
  });

  it('keeps InvokeAI’s own reason, and forgets what is no longer in the list', () => {
    const watch = new ResumeWatch();
    watch.resumed(job());
    expect(watch.mark([job({ needsDecision: 'The file changed.' })])[0]?.needsDecision).toBe('The file changed.');
    watch.mark([]);
    expect(watch.mark([job()])[0]?.needsDecision).toBeNull();
  });
});
