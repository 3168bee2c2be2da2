import { launchIcon, linkIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { ACCESS_ICONS, KIND_ICONS } from '../icon';
import { openPage } from '../pages';
import { accessLabel, kindNoun } from '../text';
import { IRelease, IRepositoryFile, IThingDocument } from '../documents/things';
import { AccessSelect } from './AccessSelect';
import { BackHeader } from './BackHeader';
import { Collaborators } from './Collaborators';
import { usePanel, useSignal } from './context';
import { CopyButton } from './CopyButton';
import { IconButton } from './IconButton';
import { InstallCommands } from './InstallCommands';
import { NotebookActions } from './NotebookActions';
import { Refusal } from './Refusal';
import { ReleaseList } from './ReleaseList';
import { StarButton } from './StarButton';
import { SummaryEditor } from './SummaryEditor';
import { TaskList } from './TaskList';
import { Thumbnail } from './Thumbnail';

/** Who may see the thing: a choice for those who may change it, else a statement. */
function Access(props: { thing: IThingDocument }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { can, visibility } = props.thing;
  if (can.includes('edit-settings')) {
    return (
      <AccessSelect
        trans={trans}
        value={visibility}
        disabled={model.detail.busy}
        onChange={value => {
          void model.detail.change({ visibility: value }).then(() => model.things.refresh());
        }}
      />
    );
  }
  const Icon = visibility === 'public' ? null : ACCESS_ICONS[visibility];
  return (
    <p className="jp-Repo-secondary">
      {Icon && <Icon.react tag="span" className="jp-Repo-icon" width="14px" height="14px" />}{' '}
      {accessLabel(trans, visibility)}
    </p>
  );
}

/** Where a fork comes from. */
function Lineage(props: { thing: IThingDocument }): React.JSX.Element | null {
  const { trans, model } = usePanel();
  const origin = props.thing.forked_from;
  return (
    origin && (
      <div className="jp-Repo-secondary jp-Repo-lineage">
        {trans.__('Forked from')}{' '}
        <button
          type="button"
          className="jp-Repo-link"
          onClick={() => void model.detail.open(origin.full_name)}
        >
          {origin.full_name} {origin.version}
        </button>
      </div>
    )
  );
}

function Document(props: { thing: IThingDocument }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { thing } = props;
  const Icon = KIND_ICONS[thing.kind ?? 'file'];
  const after = async (deletion: Promise<void>) => {
    await deletion;
    await model.things.refresh();
  };
  const deleteFile = (file: IRepositoryFile) =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Delete %1?', file.basename),
        body: trans.__(
          'The file is removed from version %1 of %2. Nobody can install it any more.',
          file.version,
          thing.full_name
        ),
        accept: trans.__('Delete file')
      },
      () => after(model.detail.deleteFile(file.version, file.basename))
    );
  const deleteVersion = (release: IRelease) =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Delete version %1 of %2?', release.version, thing.full_name),
        body: trans.__('All files of this version are removed. Other versions stay.'),
        accept: trans.__('Delete version')
      },
      () => after(model.detail.deleteVersion(release.version))
    );
  const deleteThing = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Delete %1?', thing.full_name),
        body: trans._n(
          'Its only version and all files of it are removed. This can’t be undone.',
          'Its %1 versions and all their files are removed. This can’t be undone.',
          thing.releases.length
        ),
        accept: trans.__('Delete %1', thing.name)
      },
      () => after(model.detail.deleteThing())
    );
  return (
    <>
      <div className="jp-Repo-title">
        <Icon.react tag="span" className="jp-Repo-kindIcon" width="24px" height="24px" />
        <div>
          <h2>{thing.name}</h2>
          <div className="jp-Repo-secondary">
            {kindNoun(trans, thing.kind)}
            {' · '}
            {thing.owner.login}
            {thing.latest_version && ` · ${trans.__('version %1', thing.latest_version)}`}
            {` · ${trans._n('%1 download', '%1 downloads', thing.downloads)}`}
            {thing.forks > 0 && ` · ${trans._n('%1 fork', '%1 forks', thing.forks)}`}
          </div>
          <Lineage thing={thing} />
        </div>
      </div>
      {thing.thumbnail_url && <Thumbnail thing={thing} large />}
      <SummaryEditor thing={thing} />
      <NotebookActions thing={thing} />
      <TaskList tasks={model.jobs.tasks.filter(({ title }) => title === thing.full_name)} />
      <Access thing={thing} />
      <InstallCommands thing={thing} />
      <Collaborators thing={thing} />
      <ReleaseList thing={thing} onDeleteFile={deleteFile} onDeleteVersion={deleteVersion} />
      {thing.can.includes('delete-package') && (
        <section className="jp-Repo-section">
          <button
            type="button"
            className="jp-Repo-button jp-mod-styled jp-Repo-danger"
            onClick={deleteThing}
          >
            {trans.__('Delete %1…', thing.name)}
          </button>
        </section>
      )}
    </>
  );
}

/** Everything about one thing. */
export function ThingDetail(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { detail } = model;
  useSignal(detail.changed);
  useSignal(model.things.changed);
  useSignal(model.jobs.changed);
  const { thing, refusal } = detail;
  const onlyList = model.views.only('detail') && model.things.scope === 'mine';
  return (
    <article
      className="jp-Repo-view"
      aria-label={detail.fullName ?? undefined}
      aria-busy={detail.busy}
    >
      <BackHeader
        label={onlyList ? trans.__('My things') : trans.__('Back')}
        onBack={() => detail.close()}
      >
        {thing && (
          <>
            <StarButton thing={thing} />
            <CopyButton text={thing.html_url} label={trans.__('Copy the link')} icon={linkIcon} />
            <IconButton
              icon={launchIcon}
              label={trans.__('Open the page in the browser')}
              onClick={() => openPage(model.api, `/${thing.full_name}`)}
            />
          </>
        )}
      </BackHeader>
      <div className="jp-Repo-viewBody">
        <Refusal
          refusal={refusal}
          about={detail.fullName ?? ''}
          onRetry={() => void detail.refresh()}
        />
        {thing ? (
          <Document key={thing.full_name} thing={thing} />
        ) : (
          !refusal && <p role="status">{trans.__('Loading…')}</p>
        )}
      </div>
    </article>
  );
}
