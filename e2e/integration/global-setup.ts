import { build } from '../../scripts/build.mjs';
import { HOST_KINDS, hostImage, RELEASES, whyNoRealHost } from '../host/image.ts';
import { prepareMirrors } from '../host/mirror/mirror.ts';

/**
 * Builds the panel, from which setup takes what it installs, the real hosts' images, and downloads what their mirrors serve, before the first test (two to
 * three minutes on a fresh machine, then cached).
 */
export default async function setup(): Promise<void> {
  await build({ ifNeeded: true });
  const why = whyNoRealHost();
  if (why === null) {
    for (const release of RELEASES) for (const kind of HOST_KINDS) hostImage(release, kind);
    prepareMirrors(RELEASES);
  } else if (process.env['CI']) throw new Error(`the real host must be tested in CI, but ${why}`);
  else console.warn(`SKIPPED: the integration tests on a real host: ${why}`);
}
