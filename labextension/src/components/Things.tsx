import { fileUploadIcon, HTMLSelect } from '@jupyterlab/ui-components';
import React, { useId } from 'react';
import { repoIcon, starIcon } from '../icon';
import { scopeLabel } from '../text';
import { IThing } from '../documents/things';
import { CommandIDs } from '../tokens';
import { CommandButton } from './CommandButton';
import { KindFilter } from './KindFilter';
import { Refusal } from './Refusal';
import { ScopeTabs } from './ScopeTabs';
import { SearchBox } from './SearchBox';
import { SelectionBar } from './SelectionBar';
import { Slow } from './Slow';
import { StateMessage } from './StateMessage';
import { TaskList } from './TaskList';
import { ThingList } from './ThingList';
import { usePanel, useSignal } from './context';

/** What stands in the place of the list where there is nothing to list. */
function Nothing(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { things } = model;
  if (things.query || things.kind) {
    return (
      <StateMessage icon={repoIcon} title={trans.__('Nothing found')}>
        <p>
          {things.scope === 'everything'
            ? trans.__('Nothing that you may see fits the search and the filter.')
            : trans.__('None of these things fit the search and the filter.')}
        </p>
        <button
          type="button"
          className="jp-Repo-link"
          onClick={() => {
            things.kind = null;
            things.query = '';
          }}
        >
          {trans.__('Show everything')}
        </button>
      </StateMessage>
    );
  }
  if (things.scope === 'starred') {
    return (
      <StateMessage icon={starIcon} title={trans.__('No favourites yet')}>
        <p>{trans.__('Press the star of a thing, and you find it here.')}</p>
      </StateMessage>
    );
  }
  if (things.scope === 'everything') {
    return (
      <StateMessage icon={repoIcon} title={trans.__('Nothing here yet')}>
        <p>{trans.__('Nobody has published anything that you may see.')}</p>
      </StateMessage>
    );
  }
  return (
    <StateMessage icon={repoIcon} title={trans.__('Nothing published yet')}>
      <p>
        {trans.__(
          'Open a notebook and press Publish in its toolbar, or upload packages and environments: choose them here, or drop them on this panel.'
        )}
      </p>
    </StateMessage>
  );
}

/** Whose things are listed, and the way to choose several; only where there is something to choose. */
function ListBar(props: { items: IThing[] | null }): React.JSX.Element | null {
  const { trans, model } = usePanel();
  const { things, account, selection } = model;
  const channels = things.scope === 'mine' && account.channels.length > 1 ? account.channels : [];
  const some = props.items !== null && props.items.length > 0;
  if (channels.length === 0 && !some) {
    return null;
  }
  return (
    <div className="jp-Repo-listBar">
      {channels.length > 0 && (
        <HTMLSelect
          aria-label={trans.__('Whose things')}
          value={things.channel}
          onChange={event => {
            things.channel = event.target.value;
          }}
        >
          <option value="">{trans.__('All my channels')}</option>
          {channels.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </HTMLSelect>
      )}
      <span className="jp-Repo-spacer" />
      {some && (
        <button
          type="button"
          className="jp-Repo-link"
          title={trans.__('Choose several things, to change or delete them together (key x)')}
          onClick={() => selection.start()}
        >
          {trans.__('Select')}
        </button>
      )}
    </div>
  );
}

/** The main view: publish, upload, what is going on, and the list. */
export function Things(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { things, jobs, selection, account } = model;
  useSignal(things.changed);
  useSignal(jobs.changed);
  useSignal(selection.changed);
  useSignal(account.changed);
  const items = things.items;
  const id = useId();
  return (
    <div className="jp-Repo-things">
      <div className="jp-Repo-actions">
        <CommandButton
          command={CommandIDs.publishNotebook}
          label={trans.__('Publish notebook')}
          accept
        />
        <CommandButton
          command={CommandIDs.uploadFiles}
          label={trans.__('Upload')}
          icon={fileUploadIcon}
        />
      </div>
      <TaskList tasks={jobs.tasks} />
      <ScopeTabs scope={things.scope} controls={id} />
      <SearchBox query={things.query} />
      <KindFilter kind={things.kind} counts={things.counts} />
      {selection.active ? <SelectionBar things={items ?? []} /> : <ListBar items={items} />}
      <div
        id={id}
        className="jp-Repo-scroll"
        role="tabpanel"
        aria-label={scopeLabel(trans, things.scope)}
      >
        {things.isSlow && <Slow onStop={() => things.stop()} />}
        {things.refusal && (
          <Refusal refusal={things.refusal} onRetry={() => void things.refresh()} />
        )}
        {items === null ? (
          !things.refusal &&
          !things.isSlow && (
            <p role="status" className="jp-Repo-hint jp-Repo-loading">
              {trans.__('Loading…')}
            </p>
          )
        ) : items.length === 0 ? (
          <Nothing />
        ) : (
          <ThingList key={things.scope} things={items} busy={things.busy} />
        )}
      </div>
    </div>
  );
}
