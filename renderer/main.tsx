import './theme/fonts.css';
import './theme/mantine.css';
import './theme/global.css';
import './ui/ui.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { reportPainted } from './report-painted.ts';
import { readStartState } from './start-state.ts';
import { receiveHostFacts } from './stores/facts.ts';
import { receiveGpuStatus } from './stores/gpu.ts';
import { startHostsStore } from './stores/hosts.ts';
import { startNoticesStore } from './stores/notices.ts';
import { startReconciling } from './stores/reconcile.ts';
import { receiveServicesState } from './stores/services.ts';
import { startSettingsStore } from './stores/settings.ts';
import { startUnsavedStore } from './stores/unsaved.ts';
import { createColorSchemes } from './theme/color-scheme.ts';

const known = readStartState();
startSettingsStore(known?.settings ?? null);
startHostsStore(known?.hosts ?? null);
startNoticesStore();
startUnsavedStore();
if (known?.last != null) {
  const { hostId, facts, gpu, services } = known.last;
  receiveHostFacts(hostId, facts);
  receiveGpuStatus(hostId, gpu);
  receiveServicesState(hostId, services);
}
startReconciling();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App colorSchemes={createColorSchemes(known?.settings.appearance.colorScheme ?? null)} />
  </StrictMode>,
);
reportPainted('window');
