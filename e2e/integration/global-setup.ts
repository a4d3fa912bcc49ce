import { hostImage, RELEASES, whyNoRealHost } from '../host/image.ts';

/** Builds the real hosts' images before the first test (a minute and a half on a fresh machine, then cached). */
export default function setup(): void {
  const why = whyNoRealHost();
  if (why === null) for (const release of RELEASES) hostImage(release);
  else if (process.env['CI']) throw new Error(`the real host must be tested in CI, but ${why}`);
  else console.warn(`SKIPPED: the integration tests on a real host: ${why}`);
}
