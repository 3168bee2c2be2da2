import { closeIcon, addIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { IRepositoryFile } from '../documents/things';
import { usePanel } from './context';
import { IconButton } from './IconButton';

/** The labels of a file; who may, puts others on it and takes them off. */
export function FileLabels(props: {
  file: IRepositoryFile;
  mayChange: boolean;
}): React.JSX.Element {
  const { trans, model } = usePanel();
  const { detail } = model;
  const { file, mayChange } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const add = async (label: string) => {
    setDraft(null);
    if (label) {
      await detail.setLabel(file, label, true);
    }
  };
  return (
    <div className="jp-Repo-labels">
      {file.labels.map(label => (
        <span key={label} className="jp-Repo-label">
          {label}
          {mayChange && (
            <button
              type="button"
              aria-label={trans.__('Take the label %1 off %2', label, file.basename)}
              title={trans.__('Take the label off')}
              disabled={detail.busy}
              onClick={() => void detail.setLabel(file, label, false)}
            >
              <closeIcon.react tag="span" className="jp-Repo-icon" width="10px" height="10px" />
            </button>
          )}
        </span>
      ))}
      {mayChange && draft === null && (
        <IconButton
          icon={addIcon}
          label={trans.__('Add a label to %1', file.basename)}
          className="jp-mod-tiny"
          disabled={detail.busy}
          onClick={() => setDraft('')}
        />
      )}
      {draft !== null && (
        <form
          onSubmit={event => {
            event.preventDefault();
            void add(draft.trim());
          }}
        >
          <input
            className="jp-mod-styled"
            aria-label={trans.__('New label of %1', file.basename)}
            placeholder={trans.__('label')}
            // the field takes the place of the button that was pressed
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            spellCheck={false}
            value={draft}
            onChange={event => setDraft(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Escape') {
                setDraft(null);
                event.stopPropagation();
              }
            }}
            onBlur={() => setDraft(null)}
          />
        </form>
      )}
    </div>
  );
}
