import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { describeMore, TEXT, VERB_TEXT } from './text.ts';
import { type UnitActs, type UnitSituation, unitEntries, whyNot } from './unit-entries.ts';
import { mainVerb } from './verbs.ts';

export interface UnitButtonsProps {
  readonly unit: ServiceUnit;
  readonly situation: UnitSituation;
  readonly acts: UnitActs;
}

/** The usual verbs as words, and a menu with everything. The places stay the same, so that no button moves under the pointer. */
export function UnitButtons({ unit, situation, acts }: UnitButtonsProps) {
  const { busyVerb } = situation;
  const main = busyVerb === 'start' || busyVerb === 'restart' ? busyVerb : mainVerb(unit);
  const isStoppable = main === 'restart' || busyVerb === 'start' || busyVerb === 'stop';
  return (
    <div className="services-buttons">
      <VerbButton verb={main} unit={unit} situation={situation} acts={acts} />
      {isStoppable ? <VerbButton verb="stop" unit={unit} situation={situation} acts={acts} /> : <span />}
      <UnitMenu unit={unit} situation={situation} acts={acts} />
    </div>
  );
}

function VerbButton({ verb, unit, situation, acts }: UnitButtonsProps & { readonly verb: Verb }) {
  const reason = whyNot(unit, verb, situation);
  const isBusy = situation.busyVerb === verb;
  return (
    <Button
      size="compact-sm"
      variant="default"
      fullWidth
      px={4}
      title={reason ?? undefined}
      aria-label={`${VERB_TEXT[verb].label} ${shortUnitName(unit.name)}`}
      loading={isBusy}
      disabled={reason !== null && !isBusy}
      onClick={() => acts.onVerb(unit.name, verb)}
    >
      {VERB_TEXT[verb].label}
    </Button>
  );
}

/** Lines above these entries part what changes the service from what shows it and from the list. */
const AFTER_LINE: ReadonlySet<string> = new Set(['enable', 'logs', 'up']);

function UnitMenu({ unit, situation, acts }: UnitButtonsProps) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={26} variant="default" aria-label={describeMore(shortUnitName(unit.name))}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {unitEntries(unit, situation, acts).flatMap(({ id, label, icon: Icon, unavailable = null, run }) => [
          AFTER_LINE.has(id) ? <Menu.Divider key={`${id}-line`} /> : null,
          <Menu.Item
            key={id}
            leftSection={Icon === undefined ? null : <Icon size={15} stroke={1.6} />}
            disabled={unavailable !== null}
            onClick={run}
          >
            {id === 'unpin' && unavailable !== null ? TEXT.alwaysListed : label}
          </Menu.Item>,
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}
