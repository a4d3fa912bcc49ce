import { useCallback, useEffect, useRef, useState } from 'react';
import type { BundleDraft } from '../../../shared/capabilities/support/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge, bridgeOf } from '../../bridge.ts';

export interface BundleState {
  /** Null = the host is being read, or that failed. */
  readonly draft: BundleDraft | null;
  readonly isBusy: boolean;
  readonly error: PanelError | null;
  /** Reads the host anew. */
  prepare(withPrompts: boolean): void;
  /** The same readings with or without prompts. */
  render(withPrompts: boolean): void;
}

/** The bundle of a host while its dialog is open; the main process forgets it when it closes. */
export function useBundle(hostId: string): BundleState {
  const [draft, setDraft] = useState<BundleDraft | null>(null);
  const [isBusy, setBusy] = useState(true);
  const [error, setError] = useState<PanelError | null>(null);
  const newest = useRef(0);
  const heldId = useRef<string | null>(null);
  const isClosed = useRef(false);
  const discard = useCallback((id: string): void => void bridgeOf(hostId).support.discard({ id }), [hostId]);

  const run = useCallback(
    async (work: () => Promise<BundleDraft>): Promise<void> => {
      newest.current += 1;
      const mine = newest.current;
      setBusy(true);
      try {
        const next = await work();
        // What was read for a dialog that has been closed meanwhile would stay in memory.
        if (isClosed.current) discard(next.id);
        // A later request, or the end of the dialog, has made this one obsolete.
        if (mine !== newest.current) return;
        heldId.current = next.id;
        setDraft(next);
        setError(null);
      } catch (thrown) {
        if (mine === newest.current) setError(toPanelError(thrown));
      } finally {
        if (mine === newest.current) setBusy(false);
      }
    },
    [discard],
  );
  const prepare = useCallback(
    (withPrompts: boolean): void =>
      void run(async () => {
        const { version, electron } = await bridge.app.info();
        return await bridgeOf(hostId).support.prepare({ panelVersion: `Ada Panel ${version}, Electron ${electron}`, withPrompts });
      }),
    [hostId, run],
  );
  useEffect(() => {
    isClosed.current = false;
    prepare(false);
    return () => {
      isClosed.current = true;
      newest.current += 1;
      if (heldId.current !== null) discard(heldId.current);
    };
  }, [discard, prepare]);
  return {
    draft,
    isBusy,
    error,
    prepare,
    render: (withPrompts) => {
      if (draft !== null) void run(() => bridgeOf(hostId).support.render({ id: draft.id, withPrompts }));
    },
  };
}
