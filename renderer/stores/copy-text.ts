import { addErrorNotice, addNotice } from './notices.ts';

/** Puts text into the clipboard; a failure appears among the notices, and so does `copied` where given. */
export function copyText(text: string, copied: string | null = null): void {
  navigator.clipboard.writeText(text).then(() => {
    if (copied !== null) addNotice('good', copied);
  }, addErrorNotice);
}
