import { Time } from '@jupyterlab/coreutils';
import { caretRightIcon, deleteIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { formatSize } from '../text';
import { IRelease, IRepositoryFile, IThingDocument } from '../documents/things';
import { usePanel } from './context';
import { FileLabels } from './FileLabels';
import { IconButton } from './IconButton';
import { useHistory, VersionActions } from './VersionActions';

interface IProps {
  thing: IThingDocument;
  onDeleteFile: (file: IRepositoryFile) => void;
  onDeleteVersion: (release: IRelease) => void;
}

function FileRow(props: {
  file: IRepositoryFile;
  mayLabel: boolean;
  onDelete: (() => void) | null;
}): React.JSX.Element {
  const { trans } = usePanel();
  const { file } = props;
  return (
    <li className="jp-Repo-file">
      <div className="jp-Repo-fileMain">
        <div className="jp-Repo-fileName" title={file.basename}>
          {file.basename}
        </div>
        <div className="jp-Repo-secondary">
          {formatSize(file.size)}
          {' · '}
          {trans._n('%1 download', '%1 downloads', file.ndownloads)}
        </div>
        <FileLabels file={file} mayChange={props.mayLabel} />
      </div>
      {props.onDelete && (
        <IconButton
          icon={deleteIcon}
          label={trans.__('Delete the file %1', file.basename)}
          onClick={props.onDelete}
        />
      )}
    </li>
  );
}

/** The versions, newest first, each with its files. */
export function ReleaseList(props: IProps): React.JSX.Element {
  const { trans } = usePanel();
  const { thing } = props;
  const mayDelete = thing.can.includes('delete-files');
  const history = useHistory(thing);
  return (
    <section className="jp-Repo-section" aria-label={trans.__('Versions')}>
      <div className="jp-Repo-sectionHead">
        <h3>{trans.__('Versions')}</h3>
        <span className="jp-Repo-count">{thing.releases.length}</span>
      </div>
      {thing.releases.map((release, index) => (
        <details key={release.version} className="jp-Repo-release" open={index === 0}>
          <summary>
            <caretRightIcon.react tag="span" className="jp-Repo-caret" width="16px" height="16px" />
            <span className="jp-Repo-name">{release.version}</span>
            <time
              className="jp-Repo-secondary"
              dateTime={release.created_at}
              title={Time.format(release.created_at)}
            >
              {Time.formatHuman(release.created_at)}
            </time>
          </summary>
          <VersionActions
            thing={thing}
            entry={history.get(release.version)}
            comparable={index + 1 < thing.releases.length}
          />
          <ul>
            {thing.files
              .filter(file => file.version === release.version)
              .map(file => (
                <FileRow
                  key={file.basename}
                  file={file}
                  mayLabel={mayDelete}
                  onDelete={mayDelete ? () => props.onDeleteFile(file) : null}
                />
              ))}
          </ul>
          {mayDelete && thing.releases.length > 1 && (
            <button
              type="button"
              className="jp-Repo-link jp-mod-danger"
              onClick={() => props.onDeleteVersion(release)}
            >
              {trans.__('Delete version %1', release.version)}
            </button>
          )}
        </details>
      ))}
    </section>
  );
}
