import { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';
import { IFinding, Remedy } from '../documents/publishing';

interface IProps {
  trans: TranslationBundle;
  findings: IFinding[];
  remedy: Remedy | null;
  onChange: (remedy: Remedy) => void;
  /** go to a cell of the notebook, counted from 1 */
  onReveal: (cell: number) => void;
  /** what letting everything out is called */
  anyway: string;
}

/** The words for a kind of finding. */
function findingTitle(trans: TranslationBundle, finding: IFinding): string {
  const titles: Record<string, string | undefined> = {
    'own-token': trans.__('Access token of a repository'),
    'cloud-key': trans.__('Key of a cloud service'),
    'private-key': trans.__('Private key'),
    'url-token': trans.__('Password or token in an address'),
    password: trans.__('Password'),
    'home-path': trans.__('Path in a home folder'),
    'large-output': trans.__('Very large output')
  };
  return titles[finding.kind] ?? finding.title;
}

/** What the publish guard found, each in its cell, and the choice of what to do about it. */
export function Findings(props: IProps): React.JSX.Element {
  const { trans, findings, remedy } = props;
  const name = useId();
  // whoever reads a token of ours acts as its owner: the repository would refuse it anyway
  const mayAllow = findings.every(finding => finding.kind !== 'own-token');
  const choice = (value: Remedy, label: string, hint: string) => (
    <label className="jp-Repo-check">
      <input
        type="radio"
        name={name}
        checked={remedy === value}
        onChange={() => props.onChange(value)}
      />
      <span>
        {label}
        <span className="jp-Repo-hint">{hint}</span>
      </span>
    </label>
  );
  return (
    <fieldset className="jp-Repo-findings">
      <legend>
        {trans._n(
          'Before it leaves: %1 thing to look at',
          'Before it leaves: %1 things to look at',
          findings.length
        )}
      </legend>
      <ul aria-label={trans.__('Findings')}>
        {findings.map((finding, index) => (
          <li key={index}>
            <span className="jp-Repo-findingWhere">
              {finding.cell === 0
                ? trans.__('Metadata')
                : trans.__('Cell %1, %2', finding.cell, finding.place)}
            </span>
            <span className="jp-Repo-findingWhat">{findingTitle(trans, finding)}</span>
            <code>{finding.excerpt}</code>
            {finding.cell > 0 && (
              <button
                type="button"
                className="jp-Repo-link"
                aria-label={trans.__('Show cell %1 in the notebook', finding.cell)}
                onClick={() => props.onReveal(finding.cell)}
              >
                {trans.__('Show in notebook')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {choice(
        'strip',
        trans.__('Leave those outputs out'),
        trans.__('In code and text, a placeholder takes the place of each.')
      )}
      {choice(
        'replace',
        trans.__('Replace each by a placeholder'),
        trans.__('Outputs stay, except those that are too large.')
      )}
      {mayAllow && choice('allow', props.anyway, trans.__('Everything goes as it stands.'))}
      <p className="jp-Repo-hint">{trans.__('Your own file stays as it is.')}</p>
    </fieldset>
  );
}
