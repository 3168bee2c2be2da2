import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { AccessSelect } from '../components/AccessSelect';
import { ChannelSelect } from '../components/ChannelSelect';
import { Field } from '../components/Field';
import { packageNameProblem } from '../text';
import { IChannel } from '../documents/account';
import { Visibility } from '../documents/things';
import { IRepository } from '../tokens';
import { FormBody, FormDialog } from './formDialog';

/** Where a fork goes. */
export interface IForkChoice {
  channel: string;
  name: string;
  visibility: Visibility;
}

class ForkBody extends FormBody<IForkChoice> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _channels: IChannel[],
    private _choice: IForkChoice
  ) {
    super();
  }

  get valid(): boolean {
    return packageNameProblem(this._trans, this._choice.name) === '';
  }

  getValue(): IForkChoice {
    return this._choice;
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    const { channel, name, visibility } = this._choice;
    return (
      <div className="jp-Repo-form">
        <div className="jp-Repo-columns">
          <ChannelSelect
            trans={trans}
            value={channel}
            channels={this._channels}
            onChange={value => this._change({ channel: value })}
          />
          <Field label={trans.__('Name')} error={packageNameProblem(trans, name)}>
            {control => (
              <input
                {...control}
                className="jp-mod-styled jp-Repo-nameInput"
                value={name}
                spellCheck={false}
                onChange={event => this._change({ name: event.target.value })}
              />
            )}
          </Field>
        </div>
        <AccessSelect
          trans={trans}
          value={visibility}
          onChange={value => this._change({ visibility: value })}
        />
        <div className="jp-Repo-outcome">
          {trans.__(
            'A copy of your own, with its environment. Its page says where it comes from; what you publish there stays with you.'
          )}
        </div>
      </div>
    );
  }

  private _change(change: Partial<IForkChoice>): void {
    this._choice = { ...this._choice, ...change };
    this.emit();
  }
}

/**
 * Ask where a fork goes, and make it.
 *
 * @param fork - makes it; if that fails, the dialog stays and says why
 */
export async function askToFork(
  trans: TranslationBundle,
  model: IRepository,
  fullName: string,
  fork: (choice: IForkChoice) => Promise<void>
): Promise<void> {
  const { account, preferences } = model;
  const dialog = new FormDialog<IForkChoice>({
    trans,
    title: trans.__('Fork %1', fullName),
    body: new ForkBody(trans, account.channels, {
      channel: account.active,
      name: fullName.split('/')[1],
      visibility: preferences.value.access
    }),
    accept: trans.__('Fork'),
    focus: '.jp-Repo-nameInput',
    submit: fork
  });
  await dialog.launch();
}
