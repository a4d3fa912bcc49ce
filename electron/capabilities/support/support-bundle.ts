import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import { type BundleDraft, MAX_PREVIEW_CHARS } from '../../../shared/capabilities/support/contract.ts';
import { type CleanFile, cleanDocuments, type RawDocument } from './documents.ts';
import { bundleGoneError } from './errors.ts';

/** A bundle of one host at a time, held in memory until it is saved, discarded or replaced. */
export interface SupportBundle {
  prepare(o: { readonly panelVersion: string; readonly withPrompts: boolean }): Promise<BundleDraft>;
  /** Throws bundle-gone, as the others do. */
  render(id: string, withPrompts: boolean): Promise<BundleDraft>;
  preview(id: string, path: string): { readonly text: string; readonly isCut: boolean };
  zip(id: string, leaveOut: readonly string[]): { readonly data: Uint8Array; readonly files: number };
  discard(id: string): void;
}

interface Draft {
  readonly id: string;
  readonly raw: readonly RawDocument[];
  readonly rawMissing: readonly string[];
  readonly files: readonly CleanFile[];
}

export function createSupportBundle(o: {
  /** Reads everything; what fails is a line of `missing`. */
  readonly collect: (panelVersion: string) => Promise<{ readonly documents: readonly RawDocument[]; readonly missing: readonly string[] }>;
  /** Secrets that the panel holds at this moment. */
  readonly knownSecrets: () => readonly string[];
}): SupportBundle {
  let draft: Draft | null = null;
  const bytes = new TextEncoder();
  const held = (id: string): Draft => {
    if (draft?.id !== id) throw bundleGoneError();
    return draft;
  };
  const clean = async (
    id: string,
    raw: readonly RawDocument[],
    rawMissing: readonly string[],
    withPrompts: boolean,
  ): Promise<BundleDraft> => {
    const { files, missing } = await cleanDocuments(raw, rawMissing, {
      known: o.knownSecrets(),
      withPrompts,
      between: () => setImmediate(),
    });
    draft = { id, raw, rawMissing, files };
    return {
      id,
      files: files.map(({ path, group, about, text }) => ({ path, group, about, bytes: bytes.encode(text).length })),
      missing: [...missing],
      hasPrompts: withPrompts,
    };
  };
  return {
    prepare: async ({ panelVersion, withPrompts }) => {
      const { documents, missing } = await o.collect(panelVersion);
      return await clean(randomUUID(), documents, missing, withPrompts);
    },
    render: async (id, withPrompts) => {
      const { raw, rawMissing } = held(id);
      return await clean(id, raw, rawMissing, withPrompts);
    },
    preview: (id, path) => {
      const file = held(id).files.find((one) => one.path === path);
      if (file === undefined) throw bundleGoneError();
      return { text: file.text.slice(0, MAX_PREVIEW_CHARS), isCut: file.text.length > MAX_PREVIEW_CHARS };
    },
    zip: (id, leaveOut) => {
      const left = new Set(leaveOut);
      const files = held(id).files.filter(({ path }) => !left.has(path));
      return { data: zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)]))), files: files.length };
    },
    discard: (id) => {
      if (draft?.id === id) draft = null;
    },
  };
}
