/** Under an open dialog nothing changes: it is answered or closed first. */
export function unlessDialogOpen(run: () => void): () => void {
  return () => {
    if (document.querySelector('[role="dialog"][aria-modal="true"]') === null) run();
  };
}
