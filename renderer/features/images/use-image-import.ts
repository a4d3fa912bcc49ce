import { useEffect, useState } from 'react';
import { MAX_IMPORT_BYTES } from '../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { noteRefusal } from '../../stores/images.ts';
import { receiveImported } from './gallery/imported.ts';
import { GALLERY_TEXT } from './gallery/text.ts';
import { TEXT } from './text.ts';

/** Reads the parameters of the first image among these files and offers them to the form, which also shows any error. */
export async function importFrom(hostId: string | null, files: FileList | null | undefined): Promise<void> {
  const all = [...(files ?? [])];
  const file = all.find(({ type, name }) => /^image\/(png|jpeg|webp)$/.test(type) || /\.(png|jpe?g|webp)$/i.test(name)) ?? all[0];
  if (file === undefined) return receiveImported({ source: null, parameters: {}, notUsed: [GALLERY_TEXT.notAnImage] });
  if (file.size > MAX_IMPORT_BYTES) return receiveImported({ source: null, parameters: {}, notUsed: [TEXT.importTooLarge] });
  try {
    receiveImported(await bridge.gallery.readParameters({ data: new Uint8Array(await file.arrayBuffer()) }));
  } catch (thrown) {
    if (hostId !== null) noteRefusal(hostId, thrown);
  }
}

const hasFiles = (transfer: DataTransfer | null): transfer is DataTransfer => transfer?.types.includes('Files') === true;

/** Imports files dropped or pasted anywhere on the page; returns whether a file is being dragged over it. */
export function useImageImport(): boolean {
  const hostId = useHostId();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // A null target means that the drag left the window; others move between elements.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      void importFrom(hostId, event.dataTransfer.files);
    };
    const paste = (event: ClipboardEvent): void => {
      if (!hasFiles(event.clipboardData) || event.clipboardData.files.length === 0) return;
      event.preventDefault();
      void importFrom(hostId, event.clipboardData.files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, [hostId]);
  return isOver;
}
