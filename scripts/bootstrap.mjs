// All set-up on a fresh machine, without a dependency: packages, runtime, system libraries, build.
import { print } from './output.mjs';
import { ensurePackages } from './packages.mjs';

/**
 * Makes everything ready and returns the runtime (null with `needsRuntime: false`). `mayFallBack`: an older Electron of another vendor is
 * good enough. `uses`: what is needed of the system besides Electron's libraries (see system-packages.mjs), without which a program of
 * `mustHave` ends here.
 */
export async function bootstrap({ mayFallBack, needsRuntime = true, uses = [], mustHave = true }) {
  await ensurePackages();
  // Tests and builds choose their mode themselves; one that the user's environment prescribes is for other programs.
  delete process.env.NODE_ENV;
  const { ensureRuntime } = await import('./runtime.mjs');
  const { ensureSystemPackages } = await import('./system-packages.mjs');
  const runtime = needsRuntime ? await ensureRuntime({ mayFallBack }) : null;
  await ensureSystemPackages({ executable: runtime?.executable ?? null, uses, mustHave });
  const { build } = await import('./build.mjs');
  if (await build({ ifNeeded: true })) print('built.');
  return runtime;
}

/** True where a window can be opened without an Xvfb. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
