import React, { useState } from 'react';
import { IThingDocument } from '../documents/things';
import { CommandIDs } from '../tokens';
import { Code } from './Code';
import { usePanel } from './context';

/** How to install the thing, openly or with an access token. */
export function InstallCommands(props: { thing: IThingDocument }): React.JSX.Element | null {
  const { trans, commands } = usePanel();
  const { install, visibility } = props.thing;
  const open = visibility === 'public' || visibility === 'unlisted';
  const [wanted, setWanted] = useState(false);
  const withToken = !open || wanted;
  if (install.length === 0) {
    return null;
  }
  const choice = (token: boolean, label: string) => (
    <button type="button" aria-pressed={withToken === token} onClick={() => setWanted(token)}>
      {label}
    </button>
  );
  return (
    <section className="jp-Repo-section" aria-label={trans.__('Install')}>
      <div className="jp-Repo-sectionHead">
        <h3>{trans.__('Install')}</h3>
        {open && install.some(({ private_command }) => private_command !== null) && (
          <div className="jp-Repo-segments" role="group" aria-label={trans.__('Way of access')}>
            {choice(false, trans.__('Open'))}
            {choice(true, trans.__('With a token'))}
          </div>
        )}
      </div>
      {withToken && (
        <p className="jp-Repo-hint">
          {trans.__('Put an access token in the place of <TOKEN>.')}{' '}
          <button
            type="button"
            className="jp-Repo-link"
            onClick={() => void commands.execute(CommandIDs.showTokens)}
          >
            {trans.__('Access tokens')}
          </button>
        </p>
      )}
      {install.map(({ client, title, command, private_command }) => (
        <div key={`${client} ${title}`} className="jp-Repo-install">
          <div className="jp-Repo-secondary">{title}</div>
          <Code
            text={withToken ? (private_command ?? command) : command}
            copyLabel={trans.__('Copy the command: %1', title)}
          />
        </div>
      ))}
    </section>
  );
}
