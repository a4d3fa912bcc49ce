import { addErrorNotice } from './notices.ts';

/** Puts text into the clipboard; a failure appears among the notices. */
export function copyText(text: string): void {
  void navigator.clipboard.writeText(text).catch(addErrorNotice);
}
