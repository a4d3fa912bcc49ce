import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { HubAnswer, HubKind } from '../../../shared/capabilities/models/hub-contract.ts';
import { useHostBridge, useHostId } from '../../stores/host-context.tsx';

/** A pause in typing after which the words are searched for. */
const DEBOUNCE_MS = 350;
const MIN_CHARS = 2;
const FEW = 30;
const MANY = 100;
/** An answer is shown again without asking for so long. */
const FRESH_MS = 300_000;

export interface HubSearch {
  /** Undefined = none yet. */
  readonly answer: HubAnswer | undefined;
  readonly error: Error | null;
  readonly isSearching: boolean;
  /** More than the first models can be shown. */
  readonly canShowMore: boolean;
  readonly showMore: () => void;
  readonly cancel: () => void;
  readonly again: () => void;
  /** Searches at once for what was typed. */
  readonly now: () => void;
}

/** Searches Hugging Face for words once typing pauses; null = for nothing. */
export function useHubSearch(words: string | null, kind: HubKind): HubSearch {
  const host = useHostBridge();
  const hostId = useHostId();
  const [settled, setSettled] = useState(words);
  const [limit, setLimit] = useState(FEW);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(words);
      setLimit(FEW);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const text = words === null ? '' : (settled ?? '').trim();
  const query = useQuery({
    queryKey: ['models.searchHub', hostId, text, kind, limit],
    queryFn: () => host.models.searchHub({ text, kind, limit }),
    enabled: text.length >= MIN_CHARS,
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
  return {
    answer: text.length < MIN_CHARS ? undefined : query.data,
    error: query.error,
    isSearching: query.isFetching || (words !== null && words.trim() !== text && words.trim().length >= MIN_CHARS),
    canShowMore: limit < MANY,
    showMore: () => setLimit(MANY),
    cancel: () => void host.models.cancelHubSearch().catch(() => {}),
    again: () => void query.refetch(),
    now: () => setSettled(words),
  };
}
