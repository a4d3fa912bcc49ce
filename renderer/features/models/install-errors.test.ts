import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeInstallError } from './install-errors.ts';

describe('why an install failed', () => {
  it.each([
    ['HTTPError', 'Unauthorized', /requires a login \(401\).*with an access token/],
    ['HTTPError', '401 Client Error: Unauthorized for url: https://huggingface.co/a/b', /requires a login \(401\)/],
    ['GatedRepoError', 'Cannot access gated repo for url', /requires a login/],
    ['HTTPError', 'Forbidden', /denied access \(403\)/],
    ['HTTPError', 'Not Found', /\(404\)/],
    ['HTTPError', '503 Server Error: Service Unavailable', /failed \(503\)/],
    ['RuntimeError', 'Free disk space 0.37 GB is not enough for download of 6.46 GB.', /6.46 GB needed, 0.37 GB free/],
    ['OSError', '[Errno 28] No space left on device', /disk of the host is full/],
    ['PermissionError', "[Errno 13] Permission denied: '/data/x.safetensors'", /service user may not/],
    [
      'ChunkedEncodingError',
      "('Connection broken: IncompleteRead(7 bytes read, 9 more expected)')",
      /connection .* was lost \(ChunkedEncodingError\)/,
    ],
    [
      'DuplicateModelException',
      "A model with path='/mnt/a.safetensors' is already installed",
      /^Already installed from \/mnt\/a\.safetensors\./,
    ],
    ['ValueError', '/opt/empty: No model files found in this directory', /No model files/],
    ['InvalidModelConfigException', 'At least one file is an HTML page, not a model.', /web page/],
  ])('%s, %j', (reason, text, words) => {
    expect(describeInstallError({ reason, text })).toMatch(words);
  });

  it('is InvokeAI’s own text where the cause is not known, and never the whole of a long one', () => {
    expect(describeInstallError({ reason: 'KeyError', text: "'conditioner'" })).toBe("InvokeAI reports: 'conditioner' (KeyError).");
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 3_000 }), (reason, text) => {
        expect(describeInstallError({ reason, text }).length).toBeLessThan(500);
      }),
    );
  });
});
