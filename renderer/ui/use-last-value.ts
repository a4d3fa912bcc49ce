import { replaceEqualDeep } from '@tanstack/react-query';
import { useRef } from 'react';

/** `value` with the parts that are equal to those of the last time as the same objects, so that a memo below is not drawn anew. */
export function useLastValue<T>(value: T): T {
  const kept = useRef(value);
  kept.current = replaceEqualDeep(kept.current, value);
  return kept.current;
}
