import { panelError } from '../../../shared/errors.ts';

export const checksRunningError = () =>
  panelError({
    code: 'checks-running',
    layer: 'panel',
    message: 'Checks are already running on this host.',
    hint: 'Wait until they end, or cancel them.',
    retryable: true,
  });

export const checkUnknownError = (id: string) =>
  panelError({
    code: 'checks-unknown',
    layer: 'panel',
    message: `There is no check ${id}.`,
    hint: 'Select a check of the list.',
    retryable: false,
  });

export const checksNotRunError = () =>
  panelError({
    code: 'checks-not-run',
    layer: 'panel',
    message: 'No check was run on this host yet.',
    hint: 'Run the checks first.',
    retryable: false,
  });

export const gatewayMachineError = (reason: string) =>
  panelError({
    code: 'checks-gateway-machine',
    layer: 'gateway',
    message: `The machine of the gateway cannot be read: ${reason}.`,
    hint: 'Add the gateway’s machine as a host, and on the Gateway page connect via SSH to it.',
    retryable: false,
  });
