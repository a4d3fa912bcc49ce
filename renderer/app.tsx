import { type MantineColorSchemeManager, MantineProvider, useMantineColorScheme } from '@mantine/core';
import { type Query, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { bridge } from './bridge.ts';
import { Shell } from './shell/shell.tsx';
import { useSettings } from './stores/settings.ts';
import { cssVariables, theme } from './theme/theme.ts';

// The other side is the main process, which is available offline as well.
const queryClient = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false },
    mutations: { networkMode: 'always' },
  },
});

// What is on the screen of the past is read again when more of it was stored.
bridge.history.onPastChanged(() => {
  const ofThePast = ({ queryKey: [name] }: Query): boolean => /^(history|incidents)\b/.test(String(name));
  void queryClient.invalidateQueries({ predicate: ofThePast });
});

/** The window: theme, dialogs, queries, and the shell in them. */
export function App({ colorSchemes }: { readonly colorSchemes: MantineColorSchemeManager }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
      <QueryClientProvider client={queryClient}>
        <SelectedColorScheme />
        <Shell />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Follows the setting. */
function SelectedColorScheme() {
  const chosen = useSettings().appearance.colorScheme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(chosen), [chosen, setColorScheme]);
  return null;
}
