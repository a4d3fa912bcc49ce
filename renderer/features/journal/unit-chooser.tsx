import { Button, Checkbox, Group, Popover, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconStack2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toPanelError } from '../../../shared/errors.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';

import { useHostBridge } from '../../stores/host-context.tsx';
import { usePageIntent } from '../../stores/view.ts';

import { serviceColor } from '../../theme/service-colors.ts';
import { describeChosen, describeOthers, describeSelection, TEXT } from './text.ts';
import { MAX_UNITS } from './use-followed-units.ts';

interface Known {
  readonly name: string;
  readonly description: string;
}

export interface UnitChooserProps {
  /** The pinned units, in the operator's order. */
  readonly pinned: readonly Known[];
  readonly chosen: readonly string[];
  readonly onChoose: (units: readonly string[]) => void;
}

/** Selects the units to follow: pinned units from the list, others by search. */
export function UnitChooser({ pinned, chosen, onChoose }: UnitChooserProps) {
  const hostCalls = useHostBridge();
  const [isOpen, setOpen] = useState(false);
  usePageIntent({ units: () => setOpen(true) });
  const [typed, setTyped] = useState('');
  const [others, setOthers] = useState<readonly Known[]>([]);
  const [message, setMessage] = useState<string | null>(null);

  useEffect(() => {
    if (!isOpen) return;
    hostCalls.services.discover().then(
      (found) => {
        setOthers(found);
        setMessage(null);
      },
      (thrown: unknown) => setMessage(toPanelError(thrown).message),
    );
  }, [isOpen, hostCalls]);

  const names = new Set(pinned.map((unit) => unit.name));
  const missing = chosen.filter((unit) => !names.has(unit) && !others.some((other) => other.name === unit));
  const all = [...pinned, ...missing.map((name) => ({ name, description: '' })), ...others.filter((other) => !names.has(other.name))];
  const wanted = typed.trim().toLowerCase();
  const fits = (unit: Known) => wanted === '' || `${unit.name} ${unit.description}`.toLowerCase().includes(wanted);
  const shown = all.filter((unit) => fits(unit) && (wanted !== '' || names.has(unit.name) || chosen.includes(unit.name))).slice(0, 200);

  const toggle = (unit: string) => {
    if (chosen.includes(unit)) onChoose(chosen.filter((name) => name !== unit));
    else if (chosen.length < MAX_UNITS) onChoose([...chosen, unit]);
  };

  return (
    <Popover opened={isOpen} onChange={setOpen} width={340} position="bottom-start" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconStack2 size={14} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={() => setOpen(!isOpen)}
        >
          {describeSelection(chosen)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <TextInput
          size="xs"
          placeholder={TEXT.searchServicesPlaceholder}
          aria-label={TEXT.searchServices}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <Group gap="xs" my={6}>
          <Button size="compact-xs" variant="subtle" onClick={() => onChoose(pinned.slice(0, MAX_UNITS).map((unit) => unit.name))}>
            {TEXT.allPinned}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChoose([])}>
            {TEXT.none}
          </Button>
          <Text size="xs" c="dimmed" ml="auto">
            {describeChosen(chosen.length, MAX_UNITS)}
          </Text>
        </Group>
        <ScrollArea.Autosize mah={320} type="auto">
          <Stack gap={2}>
            {shown.map((unit) => (
              <Checkbox
                key={unit.name}
                size="xs"
                checked={chosen.includes(unit.name)}
                disabled={!chosen.includes(unit.name) && chosen.length >= MAX_UNITS}
                onChange={() => toggle(unit.name)}
                py={4}
                label={
                  <>
                    <span style={{ color: chosen.includes(unit.name) ? serviceColor(unit.name) : undefined }}>
                      {shortUnitName(unit.name)}
                    </span>{' '}
                    <Text span size="xs" c="dimmed">
                      {unit.description}
                    </Text>
                  </>
                }
              />
            ))}
            {shown.length === 0 ? (
              <Text size="xs" c="dimmed" py={6}>
                {message ?? TEXT.noServiceFound}
              </Text>
            ) : null}
          </Stack>
        </ScrollArea.Autosize>
        {wanted === '' ? (
          <Text size="xs" c="dimmed" mt={6}>
            {describeOthers(Math.max(0, all.length - shown.length))}
          </Text>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
