import { useState } from 'react';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useModelsChange } from '../../stores/models.ts';
import { addNotice } from '../../stores/notices.ts';
import { describeStarted } from './hub-text.ts';

/** What is installed, dependencies first; `bytes` null: the size is not known. */
export interface InstallWish {
  readonly sources: readonly string[];
  readonly bytes: number | null;
  /** For the last source alone. */
  readonly token?: string | null;
  readonly isInPlace?: boolean;
}

/** Starts installs; `asking` is the source that is being requested now. */
export function useInstall() {
  const onModels = useModelsChange();
  const [asking, setAsking] = useState<string | null>(null);
  const [error, setError] = useState<PanelError | null>(null);
  const install = async ({ sources, bytes, token = null, isInPlace = false }: InstallWish): Promise<boolean> => {
    setError(null);
    try {
      for (const [index, source] of sources.entries()) {
        const isLast = index === sources.length - 1;
        setAsking(source);
        await onModels.run((host) =>
          host.models.install({
            source,
            isInPlace: isLast && isInPlace,
            token: isLast ? token : null,
            // The total size is checked against the disk before the first part.
            neededBytes: index === 0 ? bytes : null,
          }),
        );
      }
      addNotice('info', describeStarted(sources.at(-1) ?? ''));
      return true;
    } catch (thrown) {
      setError(toPanelError(thrown));
      return false;
    } finally {
      setAsking(null);
    }
  };
  return { install, asking, error };
}
