import { modals } from '@mantine/modals';

/** Confirms an action that cannot be undone; the button names the effect, the text the loss. */
export function confirmFirst(o: {
  readonly title: string;
  readonly consequence: string;
  readonly action: string;
  readonly onConfirm: () => void;
}): void {
  modals.openConfirmModal({
    title: o.title,
    children: <p>{o.consequence}</p>,
    labels: { confirm: o.action, cancel: 'Cancel' },
    confirmProps: { variant: 'filled', color: 'red.9', size: 'sm' },
    cancelProps: { size: 'sm' },
    onConfirm: o.onConfirm,
  });
}
