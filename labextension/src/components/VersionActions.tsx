import React, { useEffect, useState } from 'react';
import { IVersion, NotebookAPI } from '../notebookApi';
import { changesSentence } from '../text';
import { IThingDocument } from '../documents/things';
import { CommandIDs } from '../tokens';
import { usePanel } from './context';

/** Who made each version and what it changed, by version; empty until it is known, and for other kinds. */
export function useHistory(thing: IThingDocument): ReadonlyMap<string, IVersion> {
  const { model } = usePanel();
  const [history, setHistory] = useState<ReadonlyMap<string, IVersion>>(new Map());
  const { full_name: fullName, kind, updated_at: updated } = thing;
  useEffect(() => {
    let current = true;
    if (kind === 'ipynb') {
      new NotebookAPI(model.api)
        .history(fullName)
        .then(({ versions }) => {
          if (current) {
            setHistory(new Map(versions.map(version => [version.version, version])));
          }
        })
        .catch(() => {
          // the versions themselves are shown; who made them is an extra
        });
    }
    return () => {
      current = false;
    };
  }, [model, fullName, kind, updated]);
  return history;
}

/** What a version of a notebook changed, and what can be done with it. */
export function VersionActions(props: {
  thing: IThingDocument;
  /** what is known of it; nothing yet, or nothing at all for other kinds */
  entry: IVersion | undefined;
  /** there is a version before it */
  comparable: boolean;
}): React.JSX.Element | null {
  const { trans, commands } = usePanel();
  const { thing, entry, comparable } = props;
  if (!entry) {
    return null;
  }
  const { version } = entry;
  const button = (command: string, label: string, name: string) => (
    <button
      type="button"
      className="jp-Repo-link"
      aria-label={name}
      onClick={() => void commands.execute(command, { fullName: thing.full_name, version })}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-Repo-versionActions">
      <p className="jp-Repo-secondary">
        {trans.__('by %1', entry.uploaded_by)}
        {entry.changes && ` · ${changesSentence(trans, entry.changes)}`}
        {entry.environment && ` · ${trans.__('with environment')}`}
      </p>
      <div className="jp-Repo-links">
        {button(CommandIDs.openVersion, trans.__('Read'), trans.__('Read version %1', version))}
        {comparable &&
          button(
            CommandIDs.compareVersions,
            trans.__('Compare'),
            trans.__('Compare version %1 with the one before', version)
          )}
        {entry.environment &&
          button(
            CommandIDs.reopen,
            trans.__('Open…'),
            trans.__('Open version %1 with its environment', version)
          )}
        {button(
          CommandIDs.restoreVersion,
          trans.__('Restore…'),
          trans.__('Restore version %1', version)
        )}
      </div>
    </div>
  );
}
