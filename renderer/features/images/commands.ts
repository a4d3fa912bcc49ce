import { IconBrush, IconPhoto, IconPhotoUp, IconPlayerStop, IconSearch, IconSparkles } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { type GalleryImage, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { bridge, bridgeOf } from '../../bridge.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useNoHostReason } from '../../stores/hosts.ts';
import { useDraft, useRunHead } from '../../stores/images.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage } from '../../stores/view.ts';

/** Shorter words are in most prompts. */
const MIN_SEARCH_CHARS = 3;
const MAX_RESULTS = 8;
const MAX_TITLE_CHARS = 80;
const NO_IMAGES: readonly GalleryImage[] = [];

/** Images of the gallery whose prompt or model has every word typed, newest first. */
function useFoundImages(query: string): readonly GalleryImage[] {
  const search = useDeferredValue(query.trim());
  const found = useQuery({
    queryKey: ['palette.images', search],
    queryFn: () => bridge.gallery.find({ search, offset: 0, limit: MAX_RESULTS }),
    enabled: search.length >= MIN_SEARCH_CHARS && search.length <= MAX_SEARCH_CHARS,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return found.data?.images ?? NO_IMAGES;
}

function imageResult(image: GalleryImage): Omit<Command, 'group'> {
  const { prompt } = image.parameters;
  return {
    id: `image-${image.pictureId}`,
    title: prompt.length > MAX_TITLE_CHARS ? `${prompt.slice(0, MAX_TITLE_CHARS)}…` : prompt,
    words: `image picture gallery ${prompt} ${image.parameters.negativePrompt} ${image.modelUsed ?? ''} ${image.parameters.model ?? ''} ${formatDateTime(image.createdAt)}`,
    icon: IconPhoto,
    isResult: true,
    run: () => setPage('playground', { image }),
  };
}

/** Commands of the Playground, and the images of the gallery as results. */
export function useImageCommands(query: string): readonly Command[] {
  const hostId = useHostId();
  const noHost = useNoHostReason();
  const hasPrompt = useDraft().prompt.trim() !== '';
  const run = useRunHead();
  const runId = run?.kind === 'running' ? run.runId : null;
  const images = useFoundImages(query);
  return useMemo(
    () => [
      ...inGroup('Playground', [
        {
          id: 'playground-prompt',
          title: 'Write a prompt',
          words: 'new image picture create text to image draw compose',
          icon: IconBrush,
          unavailable: noHost,
          run: () => setPage('playground', { intent: 'prompt' }),
        },
        {
          id: 'playground-generate',
          title: 'Generate image',
          words: 'run create make picture draw start txt2img',
          icon: IconSparkles,
          unavailable: noHost ?? (runId !== null ? 'Already generating' : hasPrompt ? null : 'No prompt'),
          run: () => setPage('playground', { intent: 'generate' }),
        },
        {
          id: 'playground-cancel',
          title: 'Cancel image generation',
          words: 'stop abort interrupt running job picture',
          icon: IconPlayerStop,
          unavailable: noHost ?? (runId === null ? 'Not generating' : null),
          run: () => {
            setPage('playground');
            if (hostId !== null && runId !== null) attempt(() => bridgeOf(hostId).images.cancel({ runId }));
          },
        },
        {
          id: 'playground-import',
          title: 'Read parameters from an image…',
          words: 'import png metadata prompt seed open file a1111 drop paste load',
          icon: IconPhotoUp,
          unavailable: noHost,
          run: () => setPage('playground', { intent: 'import' }),
        },
        {
          id: 'playground-gallery',
          title: 'Search the gallery',
          words: 'find images pictures history prompts results saved',
          icon: IconSearch,
          unavailable: noHost,
          run: () => setPage('playground', { intent: 'search' }),
        },
      ]),
      ...inGroup('Images', images.map(imageResult)),
    ],
    [hostId, noHost, hasPrompt, runId, images],
  );
}
