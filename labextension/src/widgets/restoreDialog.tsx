import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { FormBody, FormDialog } from './formDialog';

class RestoreBody extends FormBody<string | null> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _open: string[]
  ) {
    super();
  }

  readonly valid = true;

  getValue(): string | null {
    return this._path;
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    const choice = (path: string | null, label: string, hint: string) => (
      <label key={label} className="jp-Repo-check">
        <input
          type="radio"
          name="jp-Repo-restore"
          checked={this._path === path}
          onChange={() => {
            this._path = path;
            this.emit();
          }}
        />
        <span>
          {label}
          <span className="jp-Repo-hint">{hint}</span>
        </span>
      </label>
    );
    return (
      <div className="jp-Repo-form">
        {choice(
          null,
          trans.__('As a new file'),
          trans.__('In the folder that the file browser shows; nothing is overwritten.')
        )}
        {this._open.map(path =>
          choice(
            path,
            trans.__('In the place of %1', path),
            trans.__('What is there now stays as a checkpoint.')
          )
        )}
      </div>
    );
  }

  private _path: string | null = null;
}

/**
 * Ask where a version comes back.
 *
 * @param open - paths of notebooks that it may replace
 * @returns the path to replace, null for a new file, or undefined if the user goes back
 */
export async function askWhereToRestore(
  trans: TranslationBundle,
  title: string,
  open: string[]
): Promise<string | null | undefined> {
  const dialog = new FormDialog<string | null>({
    trans,
    title,
    body: new RestoreBody(trans, open),
    accept: trans.__('Restore'),
    focus: 'input:checked'
  });
  const { button, value } = await dialog.launch();
  return button.accept ? value : undefined;
}
