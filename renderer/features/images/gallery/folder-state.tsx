import { Button } from '@mantine/core';
import { useState } from 'react';
import type { GalleryPage } from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { forgetDeleted, useDeleted } from '../../../stores/images.ts';
import { addNotice, attempt } from '../../../stores/notices.ts';
import { withdrawUndo } from '../../../stores/undo.ts';
import { StatusWord } from '../../../ui/status-word.tsx';
import { describeIndexing, describeMoreSkipped, describeSkipped, describeTrash, TEXT } from '../text.ts';

/** Progress of the folder scan, and the files that were skipped. */
export function FolderState({ page: { indexing, skipped } }: { readonly page: GalleryPage }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {indexing === null ? null : (
        <div className="play-indexing">
          <StatusWord tone="busy" word={describeIndexing(indexing)} quiet />
          <progress max={indexing.total} value={indexing.readCount} aria-label={TEXT.readingGallery} />
        </div>
      )}
      {skipped.count === 0 ? null : (
        <div className="play-skipped">
          <StatusWord tone="warning" word={describeSkipped(skipped.count)} quiet />
          <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? TEXT.hide : TEXT.show}
          </Button>
          {isOpen ? (
            <ul className="ada-mono">
              {skipped.examples.map((words) => (
                <li key={words}>{words}</li>
              ))}
              {skipped.count > skipped.examples.length ? <li>{describeMoreSkipped(skipped.count - skipped.examples.length)}</li> : null}
            </ul>
          ) : null}
        </div>
      )}
    </>
  );
}

/** The images in the trash, and their permanent deletion. */
export function Trash({ trash }: { readonly trash: GalleryPage['trash'] }) {
  const [isAsking, setAsking] = useState(false);
  const deleted = useDeleted();
  const empty = async (): Promise<void> => {
    setAsking(false);
    await bridge.gallery.emptyTrash();
    forgetDeleted(deleted);
    withdrawUndo('image');
    addNotice('good', TEXT.trashEmptied);
  };
  return (
    <div className="play-trash">
      <span className="ada-quiet play-small">{describeTrash(trash)}</span>
      {isAsking ? (
        <>
          <Button size="compact-xs" color="red" onClick={() => attempt(empty)}>
            {TEXT.emptyTrash}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => setAsking(false)}>
            {TEXT.cancel}
          </Button>
        </>
      ) : (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsking(true)}>
          {TEXT.emptyTrash}…
        </Button>
      )}
    </div>
  );
}
