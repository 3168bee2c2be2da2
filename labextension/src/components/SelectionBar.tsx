import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { accessLabel } from '../text';
import { IThing, Visibility, VISIBILITIES } from '../documents/things';
import { usePanel } from './context';

/** So many names are listed in the question; the rest is a number. */
const NAMED = 12;

/** What can be done to all chosen things at once; what would be refused is not offered. */
export function SelectionBar(props: { things: IThing[] }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { selection } = model;
  const { chosen, failures, busy } = selection;
  const changeable = selection.permitted('edit-settings');
  const deletable = selection.permitted('delete-package');
  const names = (things: IThing[]) => {
    const shown = things.slice(0, NAMED).map(({ full_name }) => full_name);
    const more = things.length - shown.length;
    return (more > 0 ? [...shown, trans._n('and %1 more', 'and %1 more', more)] : shown).join('\n');
  };
  const remove = () =>
    confirmAndDo(
      trans,
      {
        title: trans._n('Delete %1 thing?', 'Delete %1 things?', deletable.length),
        body: trans.__(
          '%1\n\nAll their versions and files are removed. This can’t be undone.',
          names(deletable)
        ),
        accept: trans._n('Delete %1', 'Delete %1', deletable.length)
      },
      () => selection.delete(deletable)
    );
  const setAccess = (visibility: Visibility) =>
    confirmAndDo(
      trans,
      {
        title: trans._n(
          'Change the access of %1 thing?',
          'Change the access of %1 things?',
          changeable.length
        ),
        body: trans.__(
          '%1\n\nTheir access will be: %2.',
          names(changeable),
          accessLabel(trans, visibility)
        ),
        accept: trans.__('Change access'),
        harmless: true
      },
      () => selection.setAccess(changeable, visibility)
    );
  const all = chosen.length === props.things.length && chosen.length > 0;
  return (
    <section className="jp-Repo-selection" aria-label={trans.__('Chosen things')} aria-busy={busy}>
      <div className="jp-Repo-selectionHead">
        <strong role="status">{trans._n('%1 chosen', '%1 chosen', chosen.length)}</strong>
        <button
          type="button"
          className="jp-Repo-link"
          onClick={() => selection.toggleAll(props.things)}
        >
          {all ? trans.__('Choose none') : trans.__('Choose all %1', props.things.length)}
        </button>
        <span className="jp-Repo-spacer" />
        <button type="button" className="jp-Repo-link" onClick={() => selection.stop()}>
          {trans.__('Done')}
        </button>
      </div>
      {chosen.length > 0 && (
        <div className="jp-Repo-actions">
          {changeable.length > 0 && (
            <HTMLSelect
              aria-label={trans.__('Set access')}
              value=""
              disabled={busy}
              onChange={event => void setAccess(event.target.value as Visibility)}
            >
              <option value="" disabled>
                {trans.__('Set access…')}
              </option>
              {VISIBILITIES.map(visibility => (
                <option key={visibility} value={visibility}>
                  {accessLabel(trans, visibility)}
                </option>
              ))}
            </HTMLSelect>
          )}
          {deletable.length > 0 && (
            <button
              type="button"
              className="jp-Repo-button jp-mod-styled jp-Repo-danger"
              disabled={busy}
              onClick={() => void remove()}
            >
              {trans.__('Delete…')}
            </button>
          )}
          {changeable.length === 0 && deletable.length === 0 && (
            <p className="jp-Repo-hint">{trans.__('You may only look at these.')}</p>
          )}
          {changeable.length + deletable.length > 0 &&
            Math.min(changeable.length, deletable.length) < chosen.length && (
              <p className="jp-Repo-hint">
                {trans.__('Of some you may not change anything; they stay as they are.')}
              </p>
            )}
        </div>
      )}
      {failures.length > 0 && (
        <div role="alert" className="jp-Repo-refusal">
          <p className="jp-Repo-error">
            {trans._n('%1 stayed as it was:', '%1 stayed as they were:', failures.length)}
          </p>
          <ul aria-label={trans.__('What failed')}>
            {failures.map(({ fullName, message }) => (
              <li key={fullName}>
                <strong>{fullName}</strong> {message}
              </li>
            ))}
          </ul>
          <button type="button" className="jp-Repo-link" onClick={() => selection.forgetFailures()}>
            {trans.__('Dismiss')}
          </button>
        </div>
      )}
    </section>
  );
}
