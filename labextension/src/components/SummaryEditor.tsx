import { editIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { IThingDocument } from '../documents/things';
import { usePanel } from './context';
import { IconButton } from './IconButton';

/** The summary, which becomes a text field for those who may change it. */
export function SummaryEditor(props: { thing: IThingDocument }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { thing } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    setDraft(null);
    if (draft !== null && draft.trim() !== thing.summary) {
      void model.detail.change({ summary: draft.trim() });
    }
  };
  if (draft === null) {
    return (
      <div className="jp-Repo-summary">
        <p>{thing.summary || <em>{trans.__('No summary')}</em>}</p>
        {thing.can.includes('edit-settings') && (
          <IconButton
            icon={editIcon}
            label={trans.__('Edit the summary')}
            onClick={() => setDraft(thing.summary)}
          />
        )}
      </div>
    );
  }
  return (
    <form
      className="jp-Repo-summary"
      onSubmit={event => {
        event.preventDefault();
        save();
      }}
    >
      <input
        className="jp-mod-styled"
        aria-label={trans.__('Summary')}
        // the field takes the place of the button that was pressed
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={draft}
        onChange={event => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            setDraft(null);
          }
        }}
      />
    </form>
  );
}
