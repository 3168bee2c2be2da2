import { InputGroup } from '@jupyterlab/ui-components';
import React from 'react';
import { usePanel } from './context';

/** Searches the list as one types. */
export function SearchBox(props: { query: string }): React.JSX.Element {
  const { trans, model } = usePanel();
  const label = {
    mine: trans.__('Search my things'),
    everything: trans.__('Search everything'),
    starred: trans.__('Search my favourites')
  }[model.things.scope];
  return (
    <InputGroup
      className="jp-Repo-search"
      type="search"
      rightIcon="ui-components:search"
      placeholder={label}
      aria-label={label}
      value={props.query}
      onChange={event => {
        model.things.query = event.target.value;
      }}
    />
  );
}
