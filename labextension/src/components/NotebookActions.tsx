import React from 'react';
import { IThingDocument } from '../documents/things';
import { CommandIDs } from '../tokens';
import { usePanel } from './context';

/** Was the latest version published with the environment it ran in? */
function hasEnvironment({ files, latest_version: latest }: IThingDocument): boolean {
  return files.some(
    ({ version, filename }) =>
      version === latest && ['environment.yml', 'environment.lock.json'].includes(filename)
  );
}

/** What can be done with a notebook as a whole. */
export function NotebookActions(props: { thing: IThingDocument }): React.JSX.Element | null {
  const { trans, commands, model } = usePanel();
  const { thing } = props;
  if (thing.kind !== 'ipynb') {
    return null;
  }
  const others = thing.owner.login !== model.account.status?.account;
  const button = (command: string, label: string, style: string) =>
    commands.hasCommand(command) && (
      <button
        type="button"
        className={`jp-Repo-button jp-mod-styled ${style}`}
        title={commands.caption(command)}
        onClick={() => void commands.execute(command, { fullName: thing.full_name })}
      >
        {label}
      </button>
    );
  return (
    <div className="jp-Repo-actions">
      {button(
        CommandIDs.reopen,
        hasEnvironment(thing) ? trans.__('Open with its environment') : trans.__('Open'),
        'jp-mod-accept'
      )}
      {others && button(CommandIDs.fork, trans.__('Fork…'), 'jp-mod-reject')}
    </div>
  );
}
