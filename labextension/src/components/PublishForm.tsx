import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { IPublishChoices, IPublishPreview, Remedy } from '../documents/publishing';
import { AccessSelect } from './AccessSelect';
import { ChannelSelect } from './ChannelSelect';
import { Field } from './Field';
import { Findings } from './Findings';
import { pictureUrl } from './Thumbnail';

interface IProps {
  trans: TranslationBundle;
  choices: IPublishChoices;
  preview: IPublishPreview;
  /** what is wrong with the name, or '' */
  problem: string;
  /** the preview is being asked for again */
  busy: boolean;
  /** what is done about the guard's findings, once chosen */
  remedy: Remedy | null;
  onRemedy: (remedy: Remedy) => void;
  /** what lists would show, in base64 */
  picture: string | null;
  /** `owner/name` that it was opened from, where I may not publish; else null */
  foreign: string | null;
  onFork: () => void;
  /** null where nothing can be suggested */
  onSuggest: (() => void) | null;
  onReveal: (cell: number) => void;
  onChange: (change: Partial<IPublishChoices>) => void;
}

/** What pressing Publish will do. */
function outcome(props: IProps): { text: string; refused: boolean } {
  const { trans, preview, choices } = props;
  if (preview.taken) {
    return { text: preview.taken, refused: true };
  }
  const full = `${choices.channel}/${choices.name}`;
  if (!preview.can) {
    const text = preview.exists
      ? trans.__('You may not publish versions of %1.', full)
      : trans.__('You may not publish new things in the channel %1.', choices.channel);
    return { text, refused: true };
  }
  return {
    text: preview.exists
      ? trans.__('Will become version %1 of %2.', preview.next_version, full)
      : trans.__('New notebook %1.', full),
    refused: false
  };
}

/** Where the notebook comes from, if that is somebody else's: what can be done instead. */
function Foreign(props: IProps & { foreign: string }): React.JSX.Element {
  const { trans, foreign, onSuggest } = props;
  return (
    <div className="jp-Repo-foreign">
      <p>
        {trans.__(
          'You opened it from %1, whose versions are published by others. Published here it becomes a notebook of its own, which does not say where it comes from.',
          foreign
        )}
      </p>
      <div className="jp-Repo-actions">
        <button type="button" className="jp-Repo-link" onClick={props.onFork}>
          {trans.__('Fork %1, and publish there…', foreign)}
        </button>
        {onSuggest && (
          <button type="button" className="jp-Repo-link" onClick={onSuggest}>
            {trans.__('Suggest a change…')}
          </button>
        )}
      </div>
    </div>
  );
}

/** The short form of a publication. */
export function PublishForm(props: IProps): React.JSX.Element {
  const { trans, choices, preview, problem, busy, onChange } = props;
  const { text, refused } = outcome(props);
  return (
    <div className="jp-Repo-form" aria-busy={busy}>
      {props.foreign && <Foreign {...props} foreign={props.foreign} />}
      <div className="jp-Repo-columns">
        <ChannelSelect
          trans={trans}
          value={choices.channel}
          channels={preview.channels}
          onChange={channel => onChange({ channel })}
        />
        <Field label={trans.__('Name')} error={problem}>
          {control => (
            <input
              {...control}
              className="jp-mod-styled jp-Repo-nameInput"
              value={choices.name}
              spellCheck={false}
              onChange={event => onChange({ name: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label={trans.__('Summary')}>
        {control => (
          <input
            {...control}
            className="jp-mod-styled"
            placeholder={trans.__('What it is about, in a sentence')}
            value={choices.summary}
            onChange={event => onChange({ summary: event.target.value })}
          />
        )}
      </Field>
      <AccessSelect
        trans={trans}
        value={choices.visibility}
        onChange={visibility => onChange({ visibility })}
      />
      <label className="jp-Repo-check">
        <input
          type="checkbox"
          checked={choices.environment}
          onChange={event => onChange({ environment: event.target.checked })}
        />
        <span>
          {trans.__('Attach this environment')}
          <span className="jp-Repo-hint">
            {trans.__('So that others can install the packages the notebook runs with.')}
          </span>
        </span>
      </label>
      {props.picture && (
        <label className="jp-Repo-check jp-Repo-pictureChoice">
          <input
            type="checkbox"
            checked={choices.thumbnail}
            onChange={event => onChange({ thumbnail: event.target.checked })}
          />
          <span>
            {trans.__('Show this picture')}
            <span className="jp-Repo-hint">
              {trans.__('Made of the first image output; lists and the page show it.')}
            </span>
          </span>
          <img alt="" src={pictureUrl(props.picture)} />
        </label>
      )}
      {preview.findings.length > 0 && (
        <Findings
          trans={trans}
          findings={preview.findings}
          anyway={trans.__('Publish anyway')}
          remedy={props.remedy}
          onChange={props.onRemedy}
          onReveal={props.onReveal}
        />
      )}
      {preview.newer && (
        <p className="jp-Repo-hint">
          {trans.__(
            'Version %1 was published since you opened this one: compare them before you publish.',
            preview.newer
          )}
        </p>
      )}
      <div
        className={`jp-Repo-outcome ${refused ? 'jp-mod-refused' : ''}`}
        role={refused ? 'alert' : 'status'}
      >
        {problem ? trans.__('Choose another name.') : text}
        {!problem && !refused && preview.findings.length > 0 && props.remedy === null && (
          <span className="jp-Repo-hint">
            {trans.__('First choose above what is done about what was found.')}
          </span>
        )}
      </div>
    </div>
  );
}
