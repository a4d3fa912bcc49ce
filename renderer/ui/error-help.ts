import { createContext, type ReactNode, useContext } from 'react';
import type { PanelError } from '../../shared/errors.ts';

/** What the window offers beside an error that is shown; null = nothing. */
export interface ErrorHelp {
  /** Such as one that searches for its cause, as large as those beside it. */
  readonly button: (size: 'xs' | 'compact-xs') => ReactNode;
  /** The cause itself, for errors that are never their own cause. */
  readonly cause: ReactNode;
}

const NOTHING: ErrorHelp = { button: () => null, cause: null };

const Context = createContext<(error: PanelError) => ErrorHelp>(() => NOTHING);

export const ErrorHelpProvider = Context.Provider;
export const useErrorHelp = (): ((error: PanelError) => ErrorHelp) => useContext(Context);
