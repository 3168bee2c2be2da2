import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { AccountForm, IAccountChange } from '../components/AccountForm';
import { ISignIn, SignInForm } from '../components/SignInForm';
import { ISignUpDraft, SignUpForm } from '../components/SignUpForm';
import { AccountModel } from '../model/account';
import { accountNameProblem } from '../text';
import { FormBody, FormDialog } from './formDialog';

const MIN_PASSWORD = 7;

class SignInBody extends FormBody<ISignIn> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _url: string
  ) {
    super();
  }

  get valid(): boolean {
    return this._value.username.trim() !== '' && this._value.password !== '';
  }

  getValue(): ISignIn {
    return { ...this._value, username: this._value.username.trim() };
  }

  protected render(): React.JSX.Element {
    return (
      <SignInForm
        trans={this._trans}
        url={this._url}
        value={this._value}
        onChange={change => {
          this._value = { ...this._value, ...change };
          this.emit();
        }}
      />
    );
  }

  private _value: ISignIn = { username: '', password: '' };
}

class AccountBody extends FormBody<IAccountChange> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _name: string,
    private readonly _canRename: boolean
  ) {
    super();
    this._value = { name: _name, password: '', again: '' };
  }

  get valid(): boolean {
    const { name, password, again } = this._value;
    const changed = name !== this._name || password !== '';
    return changed && password === again && Object.values(this._problems()).every(text => !text);
  }

  getValue(): IAccountChange {
    return this._value;
  }

  protected render(): React.JSX.Element {
    return (
      <AccountForm
        trans={this._trans}
        canRename={this._canRename}
        value={this._value}
        problems={this._problems()}
        onChange={change => {
          this._value = { ...this._value, ...change };
          this.emit();
        }}
      />
    );
  }

  private _problems(): Partial<IAccountChange> {
    const { name, password, again } = this._value;
    const other = again !== '' && again !== password;
    return {
      name: name === this._name ? '' : accountNameProblem(this._trans, name),
      password: passwordProblem(this._trans, password),
      again: other ? this._trans.__('The two passwords differ.') : ''
    };
  }

  private _value: IAccountChange;
}

class SignUpBody extends FormBody<ISignUpDraft> {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _url: string,
    private readonly _invited: boolean,
    private readonly _onTerms: () => void
  ) {
    super();
  }

  get valid(): boolean {
    const { name, email, password, again, invitation, accepted } = this._value;
    const filled = [name, email, password, again].every(text => text !== '');
    const fits = Object.values(this._problems()).every(text => !text);
    return filled && fits && accepted && (!this._invited || invitation.trim() !== '');
  }

  getValue(): ISignUpDraft {
    return this._value;
  }

  protected render(): React.JSX.Element {
    return (
      <SignUpForm
        trans={this._trans}
        url={this._url}
        invited={this._invited}
        value={this._value}
        problems={this._problems()}
        onChange={change => {
          this._value = { ...this._value, ...change };
          this.emit();
        }}
        onTerms={this._onTerms}
      />
    );
  }

  /** What is wrong with what was typed; what is still empty is not wrong. */
  private _problems(): Partial<Record<'name' | 'email' | 'password' | 'again', string>> {
    const { name, email, password, again } = this._value;
    const trans = this._trans;
    return {
      name: name === '' ? '' : accountNameProblem(trans, name),
      email:
        email === '' || /^[^\s@]+@[^\s@]+$/.test(email)
          ? ''
          : trans.__('This is no e-mail address.'),
      password: passwordProblem(trans, password),
      again: again === '' || again === password ? '' : trans.__('The two passwords differ.')
    };
  }

  private _value: ISignUpDraft = {
    name: '',
    email: '',
    password: '',
    again: '',
    invitation: '',
    accepted: false
  };
}

function passwordProblem(trans: TranslationBundle, password: string): string {
  const short = password !== '' && password.length < MIN_PASSWORD;
  return short ? trans.__('Use at least %1 characters.', MIN_PASSWORD) : '';
}

/** Make an account and be signed in to it; false if the user goes back. */
export async function askToSignUp(
  trans: TranslationBundle,
  account: AccountModel,
  onTerms: () => void
): Promise<boolean> {
  const { url = '', sign_up } = account.status ?? {};
  const dialog = new FormDialog<ISignUpDraft>({
    trans,
    title: trans.__('Sign up at the repository'),
    body: new SignUpBody(trans, url, sign_up === 'invitation', onTerms),
    accept: trans.__('Sign up'),
    focus: 'input',
    submit: ({ name, email, password, invitation, accepted }) =>
      account.signUp({ name, email, password, invitation, accept_terms: accepted })
  });
  return (await dialog.launch()).button.accept;
}

/** Sign in, to one's own embedded repository without a password; false if the user goes back. */
export async function askToSignIn(
  trans: TranslationBundle,
  account: AccountModel
): Promise<boolean> {
  if (account.status?.embedded) {
    await account.signIn('', '');
    return true;
  }
  const dialog = new FormDialog<ISignIn>({
    trans,
    title: trans.__('Sign in to the repository'),
    body: new SignInBody(trans, account.status?.url ?? ''),
    accept: trans.__('Sign in'),
    focus: 'input',
    submit: ({ username, password }) => account.signIn(username, password)
  });
  return (await dialog.launch()).button.accept;
}

/** Choose the name and the terminal password of the embedded repository's owner. */
export async function askForAccount(
  trans: TranslationBundle,
  account: AccountModel
): Promise<void> {
  const { status } = account;
  const name = status?.account ?? '';
  const dialog = new FormDialog<IAccountChange>({
    trans,
    title: trans.__('My account'),
    body: new AccountBody(trans, name, status?.can_rename ?? false),
    accept: trans.__('Save'),
    focus: 'input:enabled',
    submit: value =>
      account.change({
        ...(value.name === name ? {} : { name: value.name }),
        ...(value.password === '' ? {} : { password: value.password })
      })
  });
  await dialog.launch();
}
