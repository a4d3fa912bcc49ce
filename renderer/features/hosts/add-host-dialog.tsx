import { Modal } from '@mantine/core';
import { useView } from '../../stores/view.ts';
import { AddHostField } from './add-host.tsx';
import { SshConfigList } from './ssh-config-list.tsx';
import { TEXT } from './text.ts';

/** The dialog that adds a host, opened from anywhere in the window. */
export function AddHostDialog() {
  const isOpen = useView((view) => view.isAddHostOpen);
  const setOpen = useView((view) => view.setAddHostOpen);
  const close = (): void => setOpen(false);
  return (
    <Modal opened={isOpen} onClose={close} title={TEXT.addHostTitle} size="lg">
      <AddHostField onAdded={close} />
      <h3 className="ada-dialog-heading">{TEXT.fromSshConfig}</h3>
      <SshConfigList onAdded={close} />
    </Modal>
  );
}
