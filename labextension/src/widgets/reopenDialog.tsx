import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Field } from '../components/Field';
import { ReopenForm } from '../components/ReopenForm';
import { IReopenPlan } from '../reopenApi';
import { FormBody, FormDialog } from './formDialog';

class ReopenBody extends FormBody<boolean> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _plan: IReopenPlan
  ) {
    super();
    const { environment } = _plan;
    this._environment = environment !== null && environment.refused === null;
  }

  readonly valid = true;

  getValue(): boolean {
    return this._environment;
  }

  protected render(): React.JSX.Element {
    return (
      <ReopenForm
        trans={this._trans}
        plan={this._plan}
        environment={this._environment}
        onChange={environment => {
          this._environment = environment;
          this.emit();
        }}
      />
    );
  }

  private _environment: boolean;
}

/**
 * Show what opening a notebook would do, and ask whether it shall be.
 *
 * @returns whether its environment is made too, or null if the user goes back
 */
export async function askToReopen(
  trans: TranslationBundle,
  plan: IReopenPlan
): Promise<boolean | null> {
  const dialog = new FormDialog<boolean>({
    trans,
    title: trans.__('Open %1 %2', plan.full_name, plan.version),
    body: new ReopenBody(trans, plan),
    accept: trans.__('Open'),
    focus: '.jp-Dialog-footer .jp-mod-accept'
  });
  const { button, value } = await dialog.launch();
  return button.accept ? value : null;
}

class LinkBody extends FormBody<string> {
  constructor(private readonly _trans: TranslationBundle) {
    super();
  }

  get valid(): boolean {
    return this._text.trim() !== '';
  }

  getValue(): string {
    return this._text.trim();
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    return (
      <div className="jp-Repo-form">
        <Field
          label={trans.__('Link or name')}
          hint={trans.__(
            'The address of its page, or its name, such as alice/rain or alice/rain==3'
          )}
        >
          {control => (
            <input
              {...control}
              className="jp-mod-styled jp-Repo-linkInput"
              value={this._text}
              spellCheck={false}
              autoComplete="off"
              onChange={event => {
                this._text = event.target.value;
                this.emit();
              }}
            />
          )}
        </Field>
      </div>
    );
  }

  private _text = '';
}

/**
 * Ask for a link to a notebook.
 *
 * @param resolve - looks up what it leads to; if it fails, the dialog stays and says why
 * @returns what was found, or null if the user goes back
 */
export async function askForLink<T>(
  trans: TranslationBundle,
  resolve: (text: string) => Promise<T>
): Promise<T | null> {
  const found: T[] = [];
  const dialog = new FormDialog<string>({
    trans,
    title: trans.__('Open from Repository'),
    body: new LinkBody(trans),
    accept: trans.__('Continue'),
    focus: '.jp-Repo-linkInput',
    submit: async text => {
      found.push(await resolve(text));
    }
  });
  const { button } = await dialog.launch();
  return button.accept ? (found.pop() ?? null) : null;
}
