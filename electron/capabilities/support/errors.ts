import { type PanelException, panelError } from '../../../shared/errors.ts';

export const bundleGoneError = (): PanelException =>
  panelError({
    code: 'bundle-gone',
    layer: 'laptop',
    message: 'This support bundle is no longer held.',
    hint: 'Create it again.',
    retryable: true,
  });
