import { Time } from '@jupyterlab/coreutils';
import React from 'react';
import { ACCESS_ICONS, KIND_ICONS } from '../icon';
import { accessLabel, kindNoun } from '../text';
import { IThing } from '../documents/things';
import { usePanel } from './context';
import { Thumbnail } from './Thumbnail';
import { StarButton } from './StarButton';

interface IProps {
  thing: IThing;
  /** is this the row that the Tab key reaches? */
  current: boolean;
}

/** One thing of the list; opens its details, or is chosen while things are being chosen. */
export function ThingRow(props: IProps): React.JSX.Element {
  const { trans, model } = usePanel();
  const { selection } = model;
  const { thing } = props;
  const Icon = KIND_ICONS[thing.kind ?? 'file'];
  const Access = thing.visibility === 'public' ? null : ACCESS_ICONS[thing.visibility];
  const chosen = selection.has(thing);
  const choice = selection.active ? { role: 'checkbox', 'aria-checked': chosen } : {};
  return (
    <li className={chosen ? 'jp-mod-chosen' : undefined}>
      <button
        type="button"
        {...choice}
        className="jp-Repo-row"
        data-name={thing.full_name}
        title={thing.summary || undefined}
        tabIndex={props.current ? 0 : -1}
        onClick={() => {
          if (selection.active) {
            selection.toggle(thing);
          } else {
            void model.detail.open(thing.full_name);
          }
        }}
      >
        {selection.active && (
          <span className="jp-Repo-tick" aria-hidden="true">
            {chosen ? '✓' : ''}
          </span>
        )}
        <Icon.react tag="span" className="jp-Repo-kindIcon" width="20px" height="20px" />
        <span className="jp-Repo-visuallyHidden">{kindNoun(trans, thing.kind)} </span>
        <span className="jp-Repo-rowMain">
          <span className="jp-Repo-rowLine">
            <span className="jp-Repo-name">{thing.name}</span>
            {Access && (
              <span
                className="jp-Repo-access"
                role="img"
                title={accessLabel(trans, thing.visibility)}
                aria-label={accessLabel(trans, thing.visibility)}
              >
                <Access.react tag="span" className="jp-Repo-icon" width="13px" height="13px" />
              </span>
            )}
            <span className="jp-Repo-version">{thing.latest_version}</span>
          </span>
          <span className="jp-Repo-rowLine jp-Repo-secondary">
            <span className="jp-Repo-channel">{thing.owner.login}</span>
            <time dateTime={thing.updated_at} title={Time.format(thing.updated_at)}>
              {Time.formatHuman(thing.updated_at)}
            </time>
          </span>
        </span>
        {thing.thumbnail_url && <Thumbnail thing={thing} />}
      </button>
      {!selection.active && <StarButton thing={thing} inList />}
    </li>
  );
}
