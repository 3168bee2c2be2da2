import { fileUploadIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { repoIcon } from '../icon';
import { CommandIDs } from '../tokens';
import { CommandButton } from './CommandButton';
import { KindFilter } from './KindFilter';
import { SearchBox } from './SearchBox';
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
        <p>{trans.__('None of your things fit the search and the filter.')}</p>
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

/** The main view: publish, upload, what is going on, and my things. */
export function Things(props: { onDrop: (files: File[]) => void }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { things, jobs } = model;
  useSignal(things.changed);
  useSignal(jobs.changed);
  const [over, setOver] = useState(false);
  const items = things.items;
  return (
    <div
      className={`jp-Repo-things ${over ? 'jp-mod-dropTarget' : ''}`}
      onDragOver={event => {
        if (event.dataTransfer.types.includes('Files')) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        setOver(false);
        if (event.dataTransfer.files.length > 0) {
          event.preventDefault();
          props.onDrop(Array.from(event.dataTransfer.files));
        }
      }}
    >
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
      <SearchBox query={things.query} />
      <KindFilter kind={things.kind} counts={things.counts} />
      <div className="jp-Repo-scroll">
        {things.error && (
          <p role="alert" className="jp-Repo-error">
            {things.error}
          </p>
        )}
        {items === null ? (
          !things.error && (
            <p role="status" className="jp-Repo-hint jp-Repo-loading">
              {trans.__('Loading…')}
            </p>
          )
        ) : items.length === 0 ? (
          <Nothing />
        ) : (
          <ThingList things={items} busy={things.busy} />
        )}
      </div>
    </div>
  );
}
