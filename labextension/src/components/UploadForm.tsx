import { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { KIND_ICONS } from '../icon';
import { accessLabel, accessSentence, formatSize, packageNameProblem } from '../text';
import { IChannel } from '../documents/account';
import { Kind, Visibility, VISIBILITIES } from '../documents/things';
import { ChannelSelect } from './ChannelSelect';
import { Field } from './Field';

/** A file about to be uploaded; name and version only where the file holds none. */
export interface IUploadItem {
  fileName: string;
  size: number | null;
  kind: Kind;
  name: string | null;
  version: string | null;
}

interface IProps {
  trans: TranslationBundle;
  items: IUploadItem[];
  channels: IChannel[];
  channel: string;
  /** null leaves existing things as they are and gives new ones the usual access */
  visibility: Visibility | null;
  /** the access of new things that the settings say */
  usual: Visibility;
  onChange: (change: { channel?: string; visibility?: Visibility | null }) => void;
  onChangeItem: (index: number, change: Partial<IUploadItem>) => void;
}

function Item(props: {
  trans: TranslationBundle;
  item: IUploadItem;
  onChange: (change: Partial<IUploadItem>) => void;
}): React.JSX.Element {
  const { trans, item } = props;
  const Icon = KIND_ICONS[item.kind];
  return (
    <li className="jp-Repo-uploadItem">
      <div className="jp-Repo-uploadFile">
        <Icon.react tag="span" className="jp-Repo-kindIcon" width="18px" height="18px" />
        <span className="jp-Repo-fileName" title={item.fileName}>
          {item.fileName}
        </span>
        {item.size !== null && <span className="jp-Repo-secondary">{formatSize(item.size)}</span>}
      </div>
      {item.name !== null && (
        <div className="jp-Repo-columns">
          <Field label={trans.__('Name')} error={packageNameProblem(trans, item.name)}>
            {control => (
              <input
                {...control}
                className="jp-mod-styled"
                value={item.name ?? ''}
                spellCheck={false}
                onChange={event => props.onChange({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={trans.__('Version')}>
            {control => (
              <input
                {...control}
                className="jp-mod-styled"
                placeholder={trans.__('next number')}
                value={item.version ?? ''}
                spellCheck={false}
                onChange={event => props.onChange({ version: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </li>
  );
}

/** Where files go and who may see them. */
export function UploadForm(props: IProps): React.JSX.Element {
  const { trans, items, visibility, usual } = props;
  return (
    <div className="jp-Repo-form">
      <ul className="jp-Repo-uploadItems" aria-label={trans.__('Files')}>
        {items.map((item, index) => (
          <Item
            key={`${index} ${item.fileName}`}
            trans={trans}
            item={item}
            onChange={change => props.onChangeItem(index, change)}
          />
        ))}
      </ul>
      <ChannelSelect
        trans={trans}
        value={props.channel}
        channels={props.channels}
        onChange={channel => props.onChange({ channel })}
      />
      <Field
        label={trans.__('Access')}
        hint={
          visibility === null
            ? trans.__(
                'New things: %1. Things that are there already keep their access.',
                accessLabel(trans, usual).toLowerCase()
              )
            : accessSentence(trans, visibility)
        }
      >
        {control => (
          <HTMLSelect
            {...control}
            value={visibility ?? ''}
            onChange={event =>
              props.onChange({ visibility: (event.target.value || null) as Visibility | null })
            }
          >
            <option value="">{trans.__('%1, or as it is', accessLabel(trans, usual))}</option>
            {VISIBILITIES.map(value => (
              <option key={value} value={value}>
                {accessLabel(trans, value)}
              </option>
            ))}
          </HTMLSelect>
        )}
      </Field>
    </div>
  );
}
