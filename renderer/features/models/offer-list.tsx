import { useId } from 'react';
import type { HubOffer } from '../../../shared/capabilities/models/hub-contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { describeFiles, describeOfferLabel, HUB_TEXT } from './hub-text.ts';

export interface OfferListProps {
  readonly offers: readonly HubOffer[];
  /** The source of the chosen one. */
  readonly chosen: string;
  readonly onChoose: (source: string) => void;
}

/** What can be installed of a repository, each with its size; the files of the chosen one are unfolded on request. */
export function OfferList({ offers, chosen, onChoose }: OfferListProps) {
  const name = useId();
  const offer = offers.find(({ source }) => source === chosen);
  return (
    <fieldset className="models-offers">
      <legend>{HUB_TEXT.choose}</legend>
      <div className="models-offer-list">
        {offers.map((one) => (
          <label key={one.source} className="models-offer">
            <input type="radio" name={name} checked={one.source === chosen} onChange={() => onChoose(one.source)} />
            <span className="models-offer-name">{describeOfferLabel(one)}</span>
            <span className="ada-number ada-quiet">{one.bytes === null ? HUB_TEXT.unknown : formatBytes(one.bytes)}</span>
          </label>
        ))}
      </div>
      {offer === undefined ? null : (
        <details className="models-small">
          <summary>
            {HUB_TEXT.files}: {describeFiles(offer)}
          </summary>
          <ul className="models-files ada-quiet">
            {offer.files.map((file) => (
              <li key={file.path}>
                <span className="models-cut">{file.path}</span>
                <span className="ada-number">{file.bytes === null ? HUB_TEXT.unknown : formatBytes(file.bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </fieldset>
  );
}
