import { Modal } from '@mantine/core';
import { useView } from '../../stores/view.ts';
import { AddHostField } from './add-host.tsx';
import { SshConfigList } from './ssh-config-list.tsx';

/** Adds a host from anywhere in the window. */
export function AddHostDialog() {
  const isOpen = useView((view) => view.isAddHostOpen);
  const setOpen = useView((view) => view.setAddHostOpen);
  const close = (): void => setOpen(false);
  return (
    <Modal opened={isOpen} onClose={close} title="Add a host" size="lg">
      <AddHostField onAdded={close} />
      <h3 className="ada-dialog-heading">From ~/.ssh/config</h3>
      <SshConfigList onAdded={close} />
    </Modal>
  );
}
