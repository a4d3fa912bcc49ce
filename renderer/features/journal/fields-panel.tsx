import { ActionIcon, Button, Group } from '@mantine/core';
import { IconChartLine, IconCopy, IconFilter, IconFilterOff, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { JournalEntry, JournalField } from '../../../shared/capabilities/journal/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';
import { copyText } from '../../stores/copy-text.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { FILTER_FIELDS, type FilterField, fieldValue } from '../../stores/journal/filters.ts';
import { addFilter } from '../../stores/journal/journal.ts';
import { IconAct } from '../../ui/icon-act.tsx';
import { showOnGpu } from './line-entries.ts';
import { stampOf } from './log-text.ts';
import { describeCopyField, describeFilterAction, describeLevel, FIELD_LABELS, TEXT } from './text.ts';

/** journald's own name of what a line can be filtered by. */
const FILTERED_AS: Readonly<Record<string, FilterField>> = {
  _SYSTEMD_UNIT: 'unit',
  SYSLOG_IDENTIFIER: 'identifier',
  _PID: 'pid',
  _BOOT_ID: 'boot',
};
/** Shown above, as text that can be read. */
const SHOWN_ABOVE: ReadonlySet<string> = new Set(['MESSAGE', '__REALTIME_TIMESTAMP']);

type Read = { readonly fields: readonly JournalField[] | null; readonly message: string };

/** Every field of the line, read once. */
function useFields(cursor: string): Read {
  const { journal } = useHostBridge();
  const [read, setRead] = useState<Read>({ fields: null, message: TEXT.loadingFields });
  useEffect(() => {
    let isOver = false;
    const show = (next: Read) => {
      if (!isOver) setRead(next);
    };
    journal.fields({ cursor }).then(
      (fields) => show({ fields, message: fields === null ? TEXT.entryGone : '' }),
      (thrown: unknown) => show({ fields: null, message: toPanelError(thrown).message }),
    );
    return () => {
      isOver = true;
    };
  }, [journal, cursor]);
  return read;
}

/** All fields of one line, beside the log. */
export function FieldsPanel({ entry, onClose }: { readonly entry: JournalEntry; readonly onClose: () => void }) {
  const { fields, message } = useFields(entry.cursor);
  const prefix = parseLogPrefix(entry.text);
  const known = FILTER_FIELDS.filter((field) => field !== 'text' && field !== 'like' && field !== 'boot').flatMap((field) => {
    const value = fieldValue(entry, field);
    return value === null ? [] : [{ field, value }];
  });
  const all = { at: new Date(entry.at).toISOString(), ...Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value])) };
  return (
    <aside className="logs-fields" aria-label={TEXT.fields}>
      <div className="logs-fields-head">
        <strong>{stampOf(entry.at)}</strong>
        <ActionIcon variant="subtle" color="gray" aria-label={TEXT.closeFields} onClick={onClose}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      <pre className="ada-code logs-fields-text">{entry.text}</pre>
      <Group gap={6}>
        <Button size="compact-xs" leftSection={<IconCopy size={13} />} onClick={() => copyText(JSON.stringify(all, null, 2))}>
          {TEXT.copyAllFields}
        </Button>
        <Button size="compact-xs" leftSection={<IconChartLine size={13} />} onClick={() => showOnGpu(entry.at)}>
          {TEXT.showOnGpu}
        </Button>
      </Group>
      <dl>
        {prefix === null ? null : <Field label={TEXT.ownTime} value={prefix.time} />}
        {known.map(({ field, value }) => (
          <Field
            key={field}
            label={FIELD_LABELS[field]}
            value={field === 'level' ? describeLevel(value, entry.priority) : value}
            filter={{ field, value }}
          />
        ))}
      </dl>
      <h3>{TEXT.allFields}</h3>
      {fields === null ? <p className="ada-quiet">{message}</p> : null}
      <dl>
        {(fields ?? [])
          .filter(({ name }) => !SHOWN_ABOVE.has(name))
          .map(({ name, value }) => {
            const field = FILTERED_AS[name];
            return <Field key={name} label={name} value={value} {...(field === undefined ? {} : { filter: { field, value } })} />;
          })}
      </dl>
    </aside>
  );
}

function Field({
  label,
  value,
  filter,
}: {
  readonly label: string;
  readonly value: string;
  readonly filter?: { readonly field: FilterField; readonly value: string };
}) {
  return (
    <div className="logs-field">
      <dt>{label}</dt>
      <dd>
        <span>{value}</span>
        <span className="logs-field-acts">
          {filter === undefined
            ? null
            : [false, true].map((isOut) => (
                <IconAct
                  key={String(isOut)}
                  label={describeFilterAction({ ...filter, isOut })}
                  icon={isOut ? IconFilterOff : IconFilter}
                  isOff={false}
                  onClick={() => addFilter({ ...filter, isOut })}
                />
              ))}
          <IconAct label={describeCopyField(label)} icon={IconCopy} isOff={false} onClick={() => copyText(value)} />
        </span>
      </dd>
    </div>
  );
}
