import { Time } from '@jupyterlab/coreutils';
import { deleteIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { environmentIcon } from '../icon';
import { IEnvironment } from '../reopenApi';
import { formatSize } from '../text';
import { CommandIDs } from '../tokens';
import { BackHeader } from './BackHeader';
import { usePanel, useSignal } from './context';
import { IconButton } from './IconButton';
import { Refusal } from './Refusal';
import { StateMessage } from './StateMessage';

function Environment(props: { environment: IEnvironment }): React.JSX.Element {
  const { trans, model, commands } = usePanel();
  const { environment } = props;
  const { full_name: fullName, version, running } = environment;
  const leaving = model.environments.isLeaving(environment.id);
  const remove = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Remove the environment of %1 %2?', fullName, version),
        body: trans.__(
          'It frees %1, and its kernel is gone. Opening the notebook from the repository makes it again.',
          formatSize(environment.size)
        ),
        accept: trans.__('Remove')
      },
      async () => {
        await model.environments.remove(environment.id);
        await commands.execute(CommandIDs.refreshKernels);
      }
    );
  return (
    <li className="jp-Repo-environment">
      <div className="jp-Repo-fileMain">
        <button
          type="button"
          className="jp-Repo-link jp-Repo-name"
          title={trans.__('Show details')}
          onClick={() => void model.detail.open(fullName)}
        >
          {fullName} {version}
        </button>
        <div className="jp-Repo-secondary">
          {formatSize(environment.size)}
          {' · '}
          {trans._n('%1 package', '%1 packages', environment.packages)}
          {' · '}
          {trans.__('Python %1', environment.python)}
        </div>
        <div className="jp-Repo-secondary">
          <time dateTime={environment.last_used_at} title={Time.format(environment.last_used_at)}>
            {trans.__('opened %1', Time.formatHuman(environment.last_used_at))}
          </time>
          {running > 0 && ` · ${trans._n('%1 kernel runs', '%1 kernels run', running)}`}
          <span role="status">{leaving && ` · ${trans.__('removing…')}`}</span>
        </div>
      </div>
      <IconButton
        icon={deleteIcon}
        label={
          running > 0
            ? trans.__('Shut its kernels down to remove the environment of %1', fullName)
            : trans.__('Remove the environment of %1 %2', fullName, version)
        }
        disabled={running > 0 || leaving}
        onClick={remove}
      />
    </li>
  );
}

/** The environments that were made again on this machine: how large, when used, and the way to remove them. */
export function EnvironmentsView(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { environments } = model;
  useSignal(environments.changed);
  const { items, refusal } = environments;
  const total = items?.reduce((sum, { size }) => sum + size, 0) ?? 0;
  return (
    <article className="jp-Repo-view" aria-label={trans.__('Environments')}>
      <BackHeader label={trans.__('Back')} onBack={() => environments.close()} />
      <div className="jp-Repo-viewBody">
        <h2>{trans.__('Environments on this computer')}</h2>
        <Refusal refusal={refusal} onRetry={() => void environments.refresh()} />
        {items === null ? (
          !refusal && <p role="status">{trans.__('Loading…')}</p>
        ) : items.length === 0 ? (
          <StateMessage icon={environmentIcon} title={trans.__('No environment yet')}>
            <p>
              {trans.__(
                'When you open a notebook of the repository with its environment, the environment is kept here, so that it opens at once the next time.'
              )}
            </p>
          </StateMessage>
        ) : (
          <>
            <p className="jp-Repo-secondary">
              {trans._n('%1 environment', '%1 environments', items.length)}
              {' · '}
              {formatSize(total)}
            </p>
            <ul
              className="jp-Repo-environments"
              aria-label={trans.__('Environments on this computer')}
            >
              {items.map(environment => (
                <Environment key={environment.id} environment={environment} />
              ))}
            </ul>
          </>
        )}
      </div>
    </article>
  );
}
