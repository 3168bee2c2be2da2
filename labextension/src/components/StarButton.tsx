import { showErrorMessage } from '@jupyterlab/apputils';
import React from 'react';
import { messageOf } from '../request';
import { starIcon, starredIcon } from '../icon';
import { IThing } from '../documents/things';
import { usePanel } from './context';

/** Makes a thing a favourite, or no more. */
export function StarButton(props: { thing: IThing; inList?: boolean }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { thing } = props;
  const starred = model.things.isStarred(thing.full_name);
  const Icon = starred ? starredIcon : starIcon;
  const label = trans.__('Favourite: %1', thing.name);
  return (
    <button
      type="button"
      className="jp-Repo-iconButton jp-Repo-star"
      aria-label={label}
      aria-pressed={starred}
      title={starred ? trans.__('Remove from favourites') : trans.__('Add to favourites')}
      tabIndex={props.inList ? -1 : 0}
      onClick={() => {
        model.things.star(thing.full_name, !starred).catch((reason: unknown) => {
          void showErrorMessage(trans.__('That did not work'), messageOf(reason));
        });
      }}
    >
      <Icon.react tag="span" className="jp-Repo-icon" width="16px" height="16px" />
    </button>
  );
}
