import React from 'react';
import { scopeLabel } from '../text';
import { Scope, SCOPES } from '../documents/things';
import { usePanel } from './context';

/** Mine, everything, favourites: which things are listed. */
export function ScopeTabs(props: { scope: Scope; controls: string }): React.JSX.Element {
  const { trans, model } = usePanel();
  const walk = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const next = (SCOPES.indexOf(props.scope) + step + SCOPES.length) % SCOPES.length;
      model.things.scope = SCOPES[next];
      event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next].focus();
      event.preventDefault();
    }
  };
  return (
    <div
      className="jp-Repo-tabs"
      role="tablist"
      tabIndex={-1}
      aria-label={trans.__('Which things')}
      onKeyDown={walk}
    >
      {SCOPES.map(scope => (
        <button
          key={scope}
          type="button"
          role="tab"
          aria-selected={props.scope === scope}
          aria-controls={props.controls}
          tabIndex={props.scope === scope ? 0 : -1}
          onClick={() => {
            model.things.scope = scope;
          }}
        >
          {scopeLabel(trans, scope)}
        </button>
      ))}
    </div>
  );
}
