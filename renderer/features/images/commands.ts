import {
  IconBrush,
  IconClearAll,
  IconLayoutGrid,
  IconPhoto,
  IconPhotoUp,
  IconPlayerStop,
  IconPlaylistAdd,
  IconSearch,
  IconSparkles,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { type GalleryImage, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useNoHostReason } from '../../stores/hosts.ts';
import { useDraft } from '../../stores/images.ts';
import { useRunCounts } from '../../stores/runs.ts';
import { setPage } from '../../stores/view.ts';
import { cancelRuns, removeEnded } from './runs/run-actions.ts';

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
  const { running, waiting, ended } = useRunCounts();
  const open = running + waiting;
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
          unavailable: noHost ?? (hasPrompt ? null : 'No prompt'),
          run: () => setPage('playground', { intent: 'generate' }),
        },
        {
          id: 'playground-sweep',
          title: 'Sweep two parameters…',
          words: 'xy plot grid steps guidance compare vary matrix sheet',
          icon: IconLayoutGrid,
          unavailable: noHost ?? (hasPrompt ? null : 'No prompt'),
          run: () => setPage('playground', { intent: 'sweep' }),
        },
        {
          id: 'playground-wildcards',
          title: 'Edit wildcard lists…',
          words: 'dynamic prompts random words alternatives __name__',
          icon: IconPlaylistAdd,
          unavailable: noHost,
          run: () => setPage('playground', { intent: 'wildcards' }),
        },
        {
          id: 'playground-cancel',
          title: open > 1 ? `Cancel image generation (${open} runs)` : 'Cancel image generation',
          words: 'stop abort interrupt running job picture all queue waiting',
          icon: IconPlayerStop,
          unavailable: noHost ?? (open === 0 ? 'Not generating' : null),
          run: () => {
            setPage('playground');
            cancelRuns(hostId, null);
          },
        },
        {
          id: 'playground-clear',
          title: 'Clear finished runs',
          words: 'remove list queue done failed ended',
          icon: IconClearAll,
          unavailable: noHost ?? (ended === 0 ? 'No finished runs' : null),
          run: () => {
            setPage('playground');
            removeEnded(hostId);
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
    [hostId, noHost, hasPrompt, open, ended, images],
  );
}
