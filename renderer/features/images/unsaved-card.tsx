import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { useUnsaved } from '../../stores/images.ts';
import { addNotice } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { confirmFirst } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { thumbnailUrl } from './image-urls.ts';
import { saveImageAs } from './save-image.ts';
import { describeCopyIn, TEXT } from './text.ts';

/** Images that could not be written to disk; they stay in memory until they are saved or discarded. */
export function UnsavedCard() {
  const unsaved = useUnsaved();
  const [failure, setFailure] = useState<PanelError | null>(null);
  const first = unsaved[0];
  if (first === undefined) return null;
  const run = (action: () => Promise<unknown>): void => {
    setFailure(null);
    action().catch((thrown: unknown) => setFailure(toPanelError(thrown)));
  };
  const retry = async (): Promise<void> => {
    await bridge.gallery.retryUnsaved();
    addNotice('good', TEXT.saved);
  };
  return (
    <Card title={TEXT.unsavedTitle}>
      <ErrorNotice
        error={failure ?? first.error}
        action={
          <Button size="xs" variant="filled" onClick={() => run(retry)}>
            {TEXT.retry}
          </Button>
        }
      />
      <ul className="play-unsaved">
        {unsaved.map(({ image, savedTo }) => (
          <li key={image.pictureId}>
            <img src={thumbnailUrl(image)} alt="" draggable={false} />
            <div>
              <p className="play-prompt" dir="auto">
                {image.parameters.prompt}
              </p>
              <Group gap={6}>
                <Button size="compact-xs" variant="default" onClick={() => run(() => saveImageAs(image))}>
                  {TEXT.saveTo}
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  onClick={() =>
                    confirmFirst({
                      title: TEXT.discardTitle,
                      consequence: savedTo === null ? TEXT.discardLoses : TEXT.discardKeepsCopy,
                      action: TEXT.discard,
                      onConfirm: () => run(() => bridge.gallery.discardUnsaved({ pictureId: image.pictureId })),
                    })
                  }
                >
                  {TEXT.discard}
                </Button>
                {savedTo === null ? null : <span className="ada-quiet play-small">{describeCopyIn(savedTo)}</span>}
              </Group>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
