import { draftOf } from '../../../stores/draft.ts';
import { changeDraft, readDraft } from '../../../stores/images.ts';
import { offerUndo } from '../../../stores/undo.ts';
import { FORM_TEXT } from './text.ts';

/** Puts parameters into the form and offers the form that was there before; `message` says what was applied. */
export function applyParameters(
  parameters: Parameters<typeof draftOf>[0],
  o: { readonly message?: string; readonly onUndone?: () => void } = {},
): void {
  const before = readDraft();
  changeDraft(draftOf(parameters));
  offerUndo({
    kind: 'form',
    message: o.message ?? FORM_TEXT.parametersApplied,
    undone: FORM_TEXT.formRestored,
    undo: async () => {
      changeDraft(before);
      o.onUndone?.();
    },
  });
}
