import { Button, CopyButton } from '@mantine/core';
import { IconLayoutGrid, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageRun } from '../../../shared/capabilities/images/contract.ts';
import { formatMiB } from '../../../shared/format.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { useIsPainted } from '../../ui/use-is-painted.ts';
import { openComparison } from './compare/compare-store.ts';
import { OpenableImage } from './gallery/openable-image.tsx';
import { ImageButtons } from './image-buttons.tsx';
import { thumbnailUrl } from './image-urls.ts';
import { describeCompare } from './runs/text.ts';
import { describeDone, describeFact, describePosition, describeSize, describeVramCurve, FACT_TEXT, TEXT } from './text.ts';
import { TimingBar } from './timing-bar.tsx';

type Done = Extract<ImageRun['phase'], { kind: 'done' }>;

export interface FinishedRunProps {
  readonly run: ImageRun;
  readonly phase: Done;
  readonly onAgain: (o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (pictureId: string) => void;
}

/** The images of a finished run with its timing, its facts and its VRAM use. */
export function FinishedRun({ run, phase, onAgain, onCompare }: FinishedRunProps) {
  const [shown, setShown] = useState(0);
  // The image is painted first: the buttons with their tooltips would delay it by a frame.
  const isPainted = useIsPainted();
  const image = phase.images[Math.min(shown, phase.images.length - 1)];
  if (image === undefined) return <DeletedRun />;
  return (
    <Card className="play-run">
      <div className="play-stage" style={{ aspectRatio: `${image.width} / ${image.height}` }}>
        <OpenableImage image={image} onAgain={onAgain} onCompare={() => onCompare(image.pictureId)} />
      </div>
      {phase.images.length < 2 ? null : <Others images={phase.images} shown={image} onShow={setShown} />}
      <div className="play-done">
        <StatusWord tone="good" word={describeDone(phase.timing.totalMs, run.route)} />
        {phase.images.length < 2 ? null : (
          <Button
            size="compact-sm"
            variant="filled"
            leftSection={<IconLayoutGrid size={15} aria-hidden />}
            onClick={() => openComparison(phase.images)}
          >
            {describeCompare(phase.images.length)}
          </Button>
        )}
        {isPainted ? <ImageButtons image={image} onAgain={onAgain} onCompare={() => onCompare(image.pictureId)} /> : null}
      </div>
      <TimingBar timing={phase.timing} />
      <dl className="play-facts">
        <Fact name={FACT_TEXT.model} value={describeFact(image.modelUsed, image.parameters.model)} />
        <Fact name={FACT_TEXT.seed} value={describeFact(image.reported.seed, image.parameters.seed)} />
        <Fact name={FACT_TEXT.steps} value={describeFact(image.reported.steps, image.parameters.steps)} />
        <Fact name={FACT_TEXT.guidance} value={describeFact(image.reported.guidance, image.parameters.guidance)} />
        <Fact name={FACT_TEXT.scheduler} value={describeFact(image.reported.scheduler, image.parameters.scheduler)} />
        <Fact name={FACT_TEXT.size} value={describeSize(image.width, image.height)} />
        {phase.vram === null ? null : <Fact name={FACT_TEXT.vramPeak} value={formatMiB(phase.vram.peakMiB)} />}
        {phase.requestId === null ? null : <Fact name={FACT_TEXT.request} value={phase.requestId} />}
      </dl>
      {phase.vram === null || phase.vram.series.length < 2 ? null : (
        <div className="play-vram">
          <Sparkline
            values={phase.vram.series.map(([, usedMiB]) => usedMiB)}
            max={phase.vram.peakMiB * 1.08}
            color="var(--ada-line-cyan)"
            label={describeVramCurve(phase.vram)}
          />
        </div>
      )}
      {phase.notes.map((note) => (
        <p key={note} className="play-small">
          <StatusWord tone="warning" word={note} quiet />
        </p>
      ))}
      <Details run={run} phase={phase} />
    </Card>
  );
}

/** Shown when all images of the run were deleted; Undo is at the bottom of the page. */
function DeletedRun() {
  return (
    <Card className="play-run">
      <EmptyState icon={IconTrash} title={TEXT.deletedRunTitle}>
        {TEXT.deletedRunBody}
      </EmptyState>
    </Card>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Others({
  images,
  shown,
  onShow,
}: {
  readonly images: readonly GalleryImage[];
  readonly shown: GalleryImage;
  readonly onShow: (index: number) => void;
}) {
  return (
    <div className="play-others">
      {images.map((image, index) => (
        <button
          key={image.pictureId}
          type="button"
          className="play-thumb"
          aria-label={describePosition(index, images.length)}
          aria-pressed={image === shown}
          onClick={() => onShow(index)}
        >
          <img src={thumbnailUrl(image)} alt="" decoding="async" draggable={false} />
        </button>
      ))}
    </div>
  );
}

/** The exact request as curl, and the headers of the response. */
function Details({ run, phase }: { readonly run: ImageRun; readonly phase: Done }) {
  const [isOpen, setOpen] = useState(false);
  if (run.curl === null && phase.headers.length === 0) return null;
  return (
    <div className="play-details">
      <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? TEXT.hideRequest : TEXT.showRequest}
      </Button>
      {isOpen ? (
        <>
          {run.curl === null ? null : (
            <div className="play-curl">
              <pre className="ada-mono">{run.curl}</pre>
              <CopyButton value={run.curl}>
                {({ copied, copy }) => (
                  <Button size="compact-xs" variant="default" onClick={copy}>
                    {copied ? TEXT.copied : TEXT.copy}
                  </Button>
                )}
              </CopyButton>
            </div>
          )}
          <dl className="play-headers ada-mono">
            {phase.headers.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
    </div>
  );
}
