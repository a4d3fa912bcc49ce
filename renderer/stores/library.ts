import { create } from 'zustand';
import { EMPTY_LIBRARY, type Library } from '../../shared/capabilities/library/contract.ts';
import { bridge } from '../bridge.ts';
import { restoredParts } from './library-restore.ts';
import { addErrorNotice, addNotice } from './notices.ts';
import { offerUndo } from './undo.ts';

const useLibraryStore = create<{ readonly library: Library }>(() => ({ library: EMPTY_LIBRARY }));

/** The operator's presets, lists and sent prompts; empty until they were read. */
export function useLibrary(): Library {
  return useLibraryStore(({ library }) => library);
}

/** Replaces parts of the library; a failure appears in the status line. */
export function updateLibrary(part: Partial<Library>, done?: string): void {
  bridge.library.update(part).then((library) => {
    useLibraryStore.setState({ library });
    if (done !== undefined) addNotice('good', done);
  }, addErrorNotice);
}

/** Replaces a part by one from which something was removed, with undo. */
export function removeFromLibrary(part: Partial<Library>, o: { readonly message: string; readonly undone: string }): void {
  const { library: before } = useLibraryStore.getState();
  bridge.library.update(part).then((next) => {
    useLibraryStore.setState({ library: next });
    const undo = (): Promise<Library> => bridge.library.update(restoredParts(before, part, useLibraryStore.getState().library));
    offerUndo({ kind: 'preset', ...o, undo });
  }, addErrorNotice);
}

bridge.library.onChanged((library) => useLibraryStore.setState({ library }));
bridge.library.get().then((library) => useLibraryStore.setState({ library }), addErrorNotice);
