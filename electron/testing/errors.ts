import { type PanelError, PanelException } from '../../shared/errors.ts';

/** An error of which only the code matters to a test; retryable. */
export const panelErrorOf = (code: string, layer: PanelError['layer'] = 'ssh'): PanelException =>
  new PanelException({ code, layer, message: code, hint: '', retryable: true });
