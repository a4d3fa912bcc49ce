import { IconLicense } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { HubDetails } from '../../../shared/capabilities/models/hub-contract.ts';
import { formatCount, formatDateTime } from '../../../shared/format.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeAccess, describeTokenAccess, HUB_TEXT } from './hub-text.ts';
import { describeBase, describeType } from './text.ts';

/** Licence and access of a repository first, then what it is. */
export function HubFacts({ details }: { readonly details: HubDetails }) {
  const { model, licenceName, baseModel, access } = details;
  const byToken = describeTokenAccess(access);
  const what = [
    model.base === null ? null : describeBase(model.base),
    model.type === null ? model.pipeline : describeType(model.type),
    model.library,
  ].filter((word) => word !== null);
  return (
    <dl className="models-facts models-small" aria-label={HUB_TEXT.licence}>
      <Fact name={HUB_TEXT.licence}>
        <b className="models-licence">
          <IconLicense size={15} aria-hidden />
          {licenceName ?? model.licence ?? HUB_TEXT.noLicence}
        </b>
      </Fact>
      <Fact name={HUB_TEXT.access}>
        <StatusWord {...describeAccess(model)} />
        {byToken === null ? null : (
          <>
            {' · '}
            <StatusWord {...byToken} quiet />
          </>
        )}
      </Fact>
      <Fact name={HUB_TEXT.columnType}>{what.length === 0 ? HUB_TEXT.unknown : what.join(' · ')}</Fact>
      {baseModel === null ? null : <Fact name={HUB_TEXT.derivedFrom}>{baseModel}</Fact>}
      <Fact name={HUB_TEXT.uses}>
        {formatCount(model.downloads)} · {formatCount(model.likes)}
      </Fact>
      <Fact name={HUB_TEXT.columnUpdated}>{formatDateTime(model.updatedAt).slice(0, 10)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
