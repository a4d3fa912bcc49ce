import { type PanelException, panelError } from '../../../shared/errors.ts';

export const unitNotFoundError = (unit: string): PanelException =>
  panelError({
    code: 'unit-not-found',
    message: `The host has no unit ${unit}.`,
    hint: 'Install the service first, or unpin it. After installing, run "systemctl daemon-reload" on the host.',
    layer: 'systemd',
    retryable: false,
  });

export const unitMaskedError = (unit: string): PanelException =>
  panelError({
    code: 'unit-masked',
    message: `${unit} is masked, so systemd refuses to start it.`,
    hint: `Unmask it on the host with "sudo systemctl unmask ${unit}", then try again.`,
    layer: 'systemd',
    retryable: false,
  });

/**
 * systemctl could not be run or answered nothing that can be used. Codes: `systemd-absent` where the host runs another init, or is a
 * container without one; else `systemd-unreachable`.
 */
export function systemdUnreachableError(exitCode: number | null, stderr: string): PanelException {
  const isMissing = exitCode === 127;
  if (isMissing || /not been booted with systemd|can't operate\./i.test(stderr)) {
    return panelError({
      code: 'systemd-absent',
      message: isMissing ? 'systemctl is not installed on the host.' : 'The host was not booted with systemd.',
      hint: 'Services and logs need systemd; a container or WSL may run without it. The other pages work.',
      detail: stderr,
      layer: 'systemd',
      retryable: false,
    });
  }
  return panelError({
    code: 'systemd-unreachable',
    message: 'systemd on the host did not answer.',
    hint: 'It may still be starting. Try again, and copy the details if it stays.',
    retryable: true,
    detail: stderr,
    layer: 'systemd',
  });
}
