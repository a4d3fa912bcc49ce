const MAX_CURSORS = 20_000;

/** Remembers the newest cursors, so that a repeated entry is ignored. */
export function createSeen(kept = MAX_CURSORS): { add(cursor: string): boolean; has(cursor: string): boolean } {
  const cursors = new Set<string>();
  return {
    has: (cursor) => cursors.has(cursor),
    /** False = the cursor is known already. */
    add: (cursor) => {
      if (cursors.has(cursor)) return false;
      cursors.add(cursor);
      if (cursors.size > kept)
        for (const oldest of cursors) {
          cursors.delete(oldest);
          break;
        }
      return true;
    },
  };
}
