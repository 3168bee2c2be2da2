import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { IEnvironmentPlan, IReopenPlan } from '../reopenApi';

interface IProps {
  trans: TranslationBundle;
  plan: IReopenPlan;
  /** whether the environment is made too */
  environment: boolean;
  onChange: (environment: boolean) => void;
}

/** The host of an address, or the address where it has none. */
function hostOf(address: string): string {
  return /^[a-z+]+:\/\/([^/]+)/.exec(address)?.[1] ?? address;
}

/** Hosts that are asked beside those of the addresses that are shown. */
function otherHosts(environment: IEnvironmentPlan): string[] {
  const { channels, indexes, hosts } = environment;
  const shown = new Set([...channels, ...indexes].map(hostOf));
  return hosts.filter(host => !shown.has(host));
}

/** What is installed, and from which addresses. */
function Contents(props: {
  trans: TranslationBundle;
  environment: IEnvironmentPlan;
}): React.JSX.Element {
  const { trans, environment } = props;
  const { channels, indexes, left_out: leftOut } = environment;
  const more = otherHosts(environment);
  const row = (term: string, values: string[]) => (
    <>
      <dt>{term}</dt>
      <dd>
        <ul>
          {values.map(value => (
            <li key={value}>{value}</li>
          ))}
        </ul>
      </dd>
    </>
  );
  return (
    <dl className="jp-Repo-plan">
      {environment.python !== '' && row(trans.__('Python'), [environment.python])}
      {environment.conda > 0 &&
        row(
          environment.solve
            ? trans._n(
                '%1 conda package from',
                '%1 conda packages, each from the first of',
                environment.conda
              )
            : trans._n('%1 conda package from', '%1 conda packages from', environment.conda),
          channels
        )}
      {row(
        environment.pip > 0
          ? trans._n('%1 Python package from', '%1 Python packages from', environment.pip)
          : trans.__('ipykernel, where it lacks it, from'),
        indexes
      )}
      {more.length > 0 && row(trans.__('Also from'), more)}
      {leftOut.length > 0 && row(trans.__('Left out: only its author has'), leftOut)}
    </dl>
  );
}

/** What opening a notebook does, before it is done. */
export function ReopenForm(props: IProps): React.JSX.Element {
  const { trans, plan } = props;
  const { environment } = plan;
  const owner = plan.full_name.split('/')[0];
  if (environment === null || environment.refused !== null) {
    return (
      <div className="jp-Repo-form">
        {environment && (
          <div className="jp-Repo-outcome jp-mod-refused" role="alert">
            {trans.__('Its environment can’t be made: %1', environment.refused ?? '')}
          </div>
        )}
        <p>
          {environment
            ? trans.__(
                'The notebook opens without its environment, as a new file. Choose a kernel of yours.'
              )
            : trans.__(
                'It was published without an environment. It opens as a new file: choose a kernel of yours.'
              )}
        </p>
      </div>
    );
  }
  return (
    <div className="jp-Repo-form">
      <label className="jp-Repo-check">
        <input
          type="checkbox"
          checked={props.environment}
          onChange={event => props.onChange(event.target.checked)}
        />
        <span>
          {trans.__('With its environment')}
          <span className="jp-Repo-hint">
            {trans.__('Made apart from your other environments, as a kernel of its own.')}
          </span>
        </span>
      </label>
      {props.environment && environment.notice && (
        <p className={environment.solve ? 'jp-Repo-outcome jp-mod-notice' : ''}>
          {environment.notice}
        </p>
      )}
      {props.environment && <Contents trans={trans} environment={environment} />}
      <div className="jp-Repo-outcome" role="status">
        {!props.environment
          ? trans.__('Nothing is installed. Choose a kernel of yours.')
          : environment.cached
            ? trans.__('It is on this computer already: nothing is installed.')
            : trans.__(
                'These packages are installed on this computer, and what they hold runs with your rights. Open it if you trust %1.',
                owner
              )}
      </div>
    </div>
  );
}
