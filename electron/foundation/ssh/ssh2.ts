import type * as Ssh2 from 'ssh2';

/** The ssh2 module, loaded at the first connect so that it costs the window's start nothing. */
export async function loadSsh2(): Promise<typeof Ssh2> {
  const loaded = await import('ssh2');
  // As a CommonJS package seen from an ES module, all of it (`utils`, too) is under `default` only.
  return 'default' in loaded ? (loaded.default as typeof Ssh2) : loaded;
}
