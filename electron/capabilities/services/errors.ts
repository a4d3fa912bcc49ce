import { type PanelException, panelError } from '../../../shared/errors.ts';

export const unitNotFoundError = (unit: string): PanelException =>
  panelError({
    code: 'unit-not-found',
    message: `${unit} is not installed on the host.`,
    hint: 'Install the service and run "systemctl daemon-reload" on the host, or unpin it.',
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
 * systemctl failed or printed nothing usable. Codes: `systemd-absent` where the host runs another init or is a container without one,
 * else `systemd-unreachable`.
 */
export function systemdUnreachableError(exitCode: number | null, stderr: string): PanelException {
  const isMissing = exitCode === 127;
  if (isMissing || /not been booted with systemd|can't operate\./i.test(stderr)) {
    return panelError({
      code: 'systemd-absent',
      message: isMissing ? 'systemctl is not installed on the host.' : 'The host was not booted with systemd.',
      hint: 'Services and logs require systemd, which containers and WSL may lack; the other pages work without it.',
      detail: stderr,
      layer: 'systemd',
      retryable: false,
    });
  }
  return panelError({
    code: 'systemd-unreachable',
    message: 'systemd on the host did not respond.',
    hint: 'It may still be starting; try again.',
    retryable: true,
    detail: stderr,
    layer: 'systemd',
  });
}
