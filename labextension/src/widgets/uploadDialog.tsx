import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { IUploadItem, UploadForm } from '../components/UploadForm';
import { kindOfFile, packageNameProblem, slug } from '../text';
import { IChannel } from '../documents/account';
import { IUploadChoices } from '../documents/publishing';
import { Visibility } from '../documents/things';
import { IRepository } from '../tokens';
import { FormBody, FormDialog } from './formDialog';

/** A file as the dialog needs to know it. */
export interface IUploadFile {
  name: string;
  size: number | null;
}

class UploadBody extends FormBody<IUploadChoices[]> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _channels: IChannel[],
    active: string,
    private readonly _usual: Visibility,
    files: IUploadFile[]
  ) {
    super();
    this._channel = active;
    this._items = files.map(item);
  }

  get valid(): boolean {
    return (
      this._channel !== '' &&
      this._items.every(({ name }) => name === null || !packageNameProblem(this._trans, name))
    );
  }

  getValue(): IUploadChoices[] {
    return this._items.map(({ name, version }) => ({
      channel: this._channel,
      visibility: this._visibility,
      ...(name === null ? {} : { package: name }),
      ...(version?.trim() ? { version: version.trim() } : {})
    }));
  }

  protected render(): React.JSX.Element {
    return (
      <UploadForm
        trans={this._trans}
        items={this._items}
        channels={this._channels}
        channel={this._channel}
        visibility={this._visibility}
        usual={this._usual}
        onChange={change => {
          this._channel = change.channel ?? this._channel;
          if (change.visibility !== undefined) {
            this._visibility = change.visibility;
          }
          this.emit();
        }}
        onChangeItem={(index, change) => {
          this._items = this._items.map((old, i) => (i === index ? { ...old, ...change } : old));
          this.emit();
        }}
      />
    );
  }

  private _channel: string;
  private _visibility: Visibility | null = null;
  private _items: IUploadItem[];
}

/** Only plain files are asked for a name: packages, notebooks and environments have one. */
function item(file: IUploadFile): IUploadItem {
  const kind = kindOfFile(file.name);
  const nameless = kind === 'file';
  return {
    fileName: file.name,
    size: file.size,
    kind,
    name: nameless ? slug(file.name) : null,
    version: nameless ? '' : null
  };
}

/** Ask where files go; the choices are in the order of the files, or null if the user goes back. */
export async function askHowToUpload(
  trans: TranslationBundle,
  model: IRepository,
  files: IUploadFile[]
): Promise<IUploadChoices[] | null> {
  const { account, preferences } = model;
  const dialog = new FormDialog<IUploadChoices[]>({
    trans,
    title:
      files.length === 1
        ? trans.__('Upload %1', files[0].name)
        : trans._n('Upload %1 file', 'Upload %1 files', files.length),
    body: new UploadBody(trans, account.channels, account.active, preferences.value.access, files),
    accept: trans.__('Upload'),
    focus: 'select'
  });
  return (await dialog.launch()).value;
}
