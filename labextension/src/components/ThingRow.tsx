import { Time } from '@jupyterlab/coreutils';
import React from 'react';
import { ACCESS_ICONS, KIND_ICONS } from '../icon';
import { accessLabel, kindNoun } from '../text';
import { IThing } from '../tokens';
import { usePanel } from './context';
import { Thumbnail } from './Thumbnail';

/** One thing of the list; opens its details. */
export function ThingRow(props: { thing: IThing }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { thing } = props;
  const Icon = KIND_ICONS[thing.kind];
  const Access = thing.visibility === 'public' ? null : ACCESS_ICONS[thing.visibility];
  return (
    <li>
      <button
        type="button"
        className="jp-Repo-row"
        title={thing.summary || undefined}
        onClick={() => void model.detail.open(thing.full_name)}
      >
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
    </li>
  );
}
