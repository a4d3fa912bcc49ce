import './playground.css';
import { Button } from '@mantine/core';
import { IconBrush, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ImageParameters, Picture, Way, WayState } from '../../../shared/capabilities/images/contract.ts';
import { bridge } from '../../bridge.ts';
import { type Command, useCommands } from '../../commands/commands.ts';
import { useConnectionState, useSelectedHost } from '../../stores/hosts.ts';
import { clearRefusal, draftFrom, noteRefusal, noteRun, parametersOf, useDeleted, useDraft, useRunHead } from '../../stores/images.ts';
import { sayError } from '../../stores/notices.ts';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { DeletedNotice } from './deleted-notice.tsx';
import { GalleryCard } from './gallery-card.tsx';
import { PictureDialog } from './picture-dialog.tsx';
import { PromptForm } from './prompt-form.tsx';
import { RunCard } from './run-card.tsx';
import { generatingVia, sendingVia, unavailable } from './text.ts';
import { UnsavedCard } from './unsaved-card.tsx';
import { useImageImport } from './use-image-import.ts';
import { defaultWay, WAY_WORDS } from './words.ts';

const LOOK_AGAIN_MS = 8_000;
const NO_WAYS: readonly WayState[] = [];

function start(by: Way, parameters: ImageParameters): void {
  clearRefusal();
  bridge.images.start({ way: by, parameters }).then(noteRun, noteRefusal);
}

/** Prompts tried by any way there is, and the pictures that came of it. */
export function PlaygroundPage() {
  const host = useSelectedHost();
  const connection = useConnectionState().kind;
  const draft = useDraft();
  const run = useRunHead();
  const [opened, setOpened] = useState<readonly Picture[]>([]);
  const [toCompare, setToCompare] = useState<Picture | null>(null);
  const ways = useQuery({
    queryKey: ['images.ways', host?.id, connection],
    queryFn: () => bridge.images.ways(),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const known = ways.data ?? NO_WAYS;
  const [usual, setUsual] = useState<{ readonly hostId: string | null; readonly way: Way } | null>(null);
  const hostId = host?.id ?? null;
  const way = draft.way ?? defaultWay(known, usual?.hostId === hostId ? usual.way : null);
  const state = known.find((one) => one.way === way);
  const isReady = state?.isReady === true;
  // A route that was ready once stays the one of this host: it must not change by itself.
  useEffect(() => {
    if (isReady) setUsual({ hostId, way });
  }, [isReady, hostId, way]);
  const isRunning = run?.kind === 'running';
  const isImageOver = useImageImport();
  const deleted = useDeleted();
  // A deleted image can no longer be compared.
  const compared = toCompare !== null && deleted.includes(toCompare.pictureId) ? null : toCompare;

  // What hangs on these is drawn again only when they change: previews come many times a second.
  const generate = useCallback(() => start(way, parametersOf(draft)), [way, draft]);
  const again = useCallback((parameters: ImageParameters, by: Way, { keepSeed }: { readonly keepSeed: boolean }): void => {
    setOpened([]);
    draftFrom(parameters, { keepSeed });
    start(by, { ...parameters, seed: keepSeed ? parameters.seed : null });
  }, []);
  const open = useCallback(
    (picture: Picture): void => {
      setOpened(compared === null || compared.pictureId === picture.pictureId ? [picture] : [compared, picture]);
      setToCompare(null);
    },
    [compared],
  );
  const compareFrom = useCallback((picture: Picture): void => {
    setOpened([]);
    setToCompare(picture);
  }, []);
  useCommands(
    'playground',
    useMemo(() => playgroundCommands({ runId: isRunning ? (run?.runId ?? null) : null }), [isRunning, run?.runId]),
  );
  return (
    <Page
      title="Playground"
      state={stateLine(isRunning ? run.way : null, way, state)}
      action={
        compared === null ? undefined : (
          <Button size="sm" variant="light" rightSection={<IconX size={15} aria-hidden />} onClick={() => setToCompare(null)}>
            Select a second image to compare
          </Button>
        )
      }
    >
      <div className="play-columns" data-dropping={isImageOver || undefined}>
        <PromptForm draft={draft} way={way} ways={known} onGenerate={generate} />
        <div className="play-right">
          <UnsavedCard />
          <RunCard onAgain={again} onCompare={compareFrom} />
          <GalleryCard onOpen={open} picked={compared?.pictureId ?? null} />
        </div>
      </div>
      {opened.length === 0 ? null : (
        <PictureDialog
          pictures={opened}
          onClose={() => setOpened([])}
          onAgain={(picture, o) => again(picture.parameters, picture.way, o)}
          onCompare={compareFrom}
        />
      )}
      <DeletedNotice />
    </Page>
  );
}

/** The route of the run, and without one that which is selected, with why it cannot be used. */
function stateLine(running: Way | null, selected: Way, state: WayState | undefined) {
  if (running !== null) return <StatusWord tone="busy" word={generatingVia(WAY_WORDS[running].label)} />;
  if (state?.isReady === false) return <StatusWord tone="warning" word={unavailable(WAY_WORDS[selected].label, state.said)} />;
  return sendingVia(WAY_WORDS[selected].label);
}

function playgroundCommands({ runId }: { readonly runId: string | null }): readonly Command[] {
  if (runId === null) return [];
  return [
    {
      id: 'playground-cancel',
      group: 'Playground',
      title: 'Cancel the image in progress',
      words: ['stop', 'abort'],
      icon: IconBrush,
      run: () => {
        bridge.images.cancel({ runId }).catch(sayError);
      },
    },
  ];
}
