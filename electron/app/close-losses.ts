/** What closing the window would lose. */
export interface Losses {
  /** Images that are in memory only. */
  readonly unsavedImages: number;
  /** Runs of the Playground that were not sent yet. */
  readonly waitingRuns: number;
  /** Runs at work; the host may finish them. */
  readonly openRuns: number;
}

/** The question before the window closes; null = nothing is lost that a question could save. */
export function describeLosses({
  unsavedImages,
  waitingRuns,
  openRuns,
}: Losses): { readonly message: string; readonly detail: string } | null {
  if (unsavedImages === 0 && waitingRuns === 0) return null;
  const unsaved = unsavedImages === 1 ? '1 image is not saved.' : `${unsavedImages} images are not saved.`;
  const waiting =
    waitingRuns === 1 ? '1 run of the Playground was not sent yet.' : `${waitingRuns} runs of the Playground were not sent yet.`;
  const details = [
    ...(unsavedImages === 0 ? [] : ['They are in memory only. Save them on the Playground before you close the window.']),
    ...(unsavedImages === 0 || waitingRuns === 0 ? [] : [waiting]),
    ...(waitingRuns === 0 ? [] : ['Runs that were not sent are discarded.']),
    ...(openRuns === 0
      ? []
      : [`The host may finish ${openRuns === 1 ? 'the run' : `the ${openRuns} runs`} in progress; the gallery does not get the result.`]),
  ];
  return { message: unsavedImages > 0 ? unsaved : waiting, detail: details.join('\n') };
}
