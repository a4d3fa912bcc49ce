import type { PanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const unsaved = createPushed<PanelError | null>({
  notAsked: null,
  read: () => bridge.app.unsaved(),
  onChanged: (listener) => bridge.app.onUnsavedChanged(listener),
});

/** Why changes cannot be saved on this computer at the moment; null = they are. */
export const { useState: useUnsaved, start: startUnsavedStore } = unsaved;
