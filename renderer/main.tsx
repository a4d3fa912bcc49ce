import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './theme/mantine.css';
import './theme/global.css';
import './ui/ui.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { reportPainted } from './report-painted.ts';
import { readStartState } from './start-state.ts';
import { startComfyUiStore } from './stores/comfyui.ts';
import { startGatewayStore } from './stores/gateway.ts';
import { startGpuStore } from './stores/gpu.ts';
import { startHostsStore } from './stores/hosts.ts';
import { startImagesStore } from './stores/images.ts';
import { startModelsStore } from './stores/models.ts';
import { startNoticesStore } from './stores/notices.ts';
import { startServicesStore } from './stores/services.ts';
import { startSettingsStore } from './stores/settings.ts';
import { startUnsavedStore } from './stores/unsaved.ts';

const known = readStartState();
startSettingsStore(known?.settings ?? null);
startHostsStore(known?.hosts ?? null);
startNoticesStore();
startUnsavedStore();
startGpuStore(known?.gpu ?? null);
startServicesStore(known?.services ?? null);
startGatewayStore();
startImagesStore();
startModelsStore();
startComfyUiStore();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
reportPainted('window');
