import { createContext, type ReactNode, useContext } from 'react';
import type { PanelError } from '../../shared/errors.ts';

/** What the window offers beside an error that is shown, such as a search for its cause; null = nothing. */
export type ErrorHelp = (error: PanelError) => ReactNode;

const Context = createContext<ErrorHelp>(() => null);

export const ErrorHelpProvider = Context.Provider;
export const useErrorHelp = (): ErrorHelp => useContext(Context);
