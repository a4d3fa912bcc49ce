import type { Panel } from './panel.ts';

/** A confirmation dialog of the main process, as the operator would have seen it. */
export interface SeenConfirmation {
  readonly question: string;
  readonly facts: string;
  readonly action: string;
}

/** The next confirmations of the main process are answered so, by the dialog's own button; all are kept for {@link confirmationsSeen}. */
export async function answerConfirmations(panel: Panel, agree: boolean): Promise<void> {
  await panel.app.evaluate(({ dialog }, answer) => {
    const seen: unknown[] = [];
    Reflect.set(globalThis, 'confirmationsSeen', seen);
    const show = async (...args: readonly unknown[]) => {
      const { message, detail, buttons } = args.at(-1) as { readonly message: string; readonly detail: string; readonly buttons: string[] };
      seen.push({ question: message, facts: detail, action: buttons[1] });
      return { response: answer ? 1 : 0, checkboxChecked: false };
    };
    dialog.showMessageBox = show;
  }, agree);
}

/** The confirmations since {@link answerConfirmations}, oldest first. */
export async function confirmationsSeen(panel: Panel): Promise<readonly SeenConfirmation[]> {
  return (await panel.app.evaluate(() => Reflect.get(globalThis, 'confirmationsSeen'))) as readonly SeenConfirmation[];
}

/** The next confirmation of the main process stays open until {@link agreeToHeld}. */
export async function holdConfirmation(panel: Panel): Promise<void> {
  await panel.app.evaluate(({ dialog }) => {
    Reflect.set(globalThis, 'heldQuestion', null);
    const show = (...args: readonly unknown[]) =>
      new Promise((resolve) => {
        Reflect.set(globalThis, 'heldQuestion', Reflect.get(args.at(-1) as object, 'message'));
        Reflect.set(globalThis, 'agreeToHeld', () => resolve({ response: 1, checkboxChecked: false }));
      });
    dialog.showMessageBox = show as typeof dialog.showMessageBox;
  });
}

/** The question of the confirmation that {@link holdConfirmation} keeps open; null before there is one. */
export async function heldQuestion(panel: Panel): Promise<string | null> {
  return await panel.app.evaluate(() => Reflect.get(globalThis, 'heldQuestion') as string | null);
}

export async function agreeToHeld(panel: Panel): Promise<void> {
  await panel.app.evaluate(() => (Reflect.get(globalThis, 'agreeToHeld') as () => void)());
}
