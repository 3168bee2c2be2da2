import { InputGroup } from '@jupyterlab/ui-components';
import React from 'react';
import { usePanel } from './context';

/** Searches my things as one types. */
export function SearchBox(props: { query: string }): React.JSX.Element {
  const { trans, model } = usePanel();
  return (
    <InputGroup
      className="jp-Repo-search"
      type="search"
      rightIcon="ui-components:search"
      placeholder={trans.__('Search my things')}
      aria-label={trans.__('Search my things')}
      value={props.query}
      onChange={event => {
        model.things.query = event.target.value;
      }}
    />
  );
}
