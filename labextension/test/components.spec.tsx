import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { IPanelContext, PanelContext } from '../src/components/context';
import { Refusal } from '../src/components/Refusal';
import { Things } from '../src/components/Things';
import { RepositoryModel } from '../src/model/repository';
import { CommandIDs } from '../src/tokens';
import { refusal, Server, settings, status, thing } from './server';

/** Show a part of the panel. */
function show(
  model: RepositoryModel,
  part: React.ReactNode,
  commands = new CommandRegistry()
): void {
  const context: IPanelContext = {
    model,
    trans: nullTranslator.load('jupyter_repo'),
    commands,
    openMenu: () => undefined,
    uploadElsewhere: () => undefined
  };
  render(<PanelContext.Provider value={context}>{part}</PanelContext.Provider>);
}

function server(count = 3): Server {
  const all = Array.from({ length: count }, (_, index) => thing(`thing-${index}`));
  return new Server()
    .on('GET status', () => status())
    .on('GET settings', () => settings())
    .on('GET notifications', () => ({ notifications: [] }))
    .on('GET stars', () => ({ things: [] }))
    .on('GET things', () => ({ things: all }));
}

describe('the list', () => {
  test('is one stop of the Tab key, and the arrow keys walk in it', async () => {
    const model = server().model();
    await model.refresh();
    show(model, <Things />);
    const rows = within(screen.getByRole('list', { name: 'My things' }));
    const row = (name: string) =>
      rows.getByRole('button', { name: new RegExp(`^Python package ${name}`) });
    act(() => row('thing-0').focus());
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(row('thing-2'));
    await userEvent.keyboard('{Home}');
    expect(document.activeElement).toBe(row('thing-0'));
    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Favourite: thing-0' }));
    expect(rows.getAllByRole('button').filter(button => button.tabIndex === 0)).toHaveLength(1);
  });

  test('x chooses by keyboard, and Escape ends it', async () => {
    const model = server().model();
    await model.refresh();
    show(model, <Things />);
    act(() => screen.getByRole('button', { name: /^Python package thing-1/ }).focus());
    await userEvent.keyboard('x');
    expect(screen.getAllByRole('checkbox')).toHaveLength(3);
    expect(screen.getByRole('checkbox', { checked: true }).textContent).toContain('thing-1');
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(screen.getAllByRole('checkbox', { checked: true })).toHaveLength(3);
    await userEvent.keyboard('{Escape}');
    expect(screen.queryAllByRole('checkbox')).toEqual([]);
  });

  test('of a thousand things shows a page, and more when asked', async () => {
    const model = server(1000).model();
    await model.refresh();
    show(model, <Things />);
    const rows = () => document.querySelectorAll('.jp-Repo-row');
    expect(rows()).toHaveLength(100);
    await userEvent.click(screen.getByRole('button', { name: 'Show 100 more' }));
    expect(rows()).toHaveLength(200);
    expect(screen.getByRole('button', { name: /^All/ }).textContent).toContain('1000');
  });

  test('shows a package that has no files yet', async () => {
    const at = server().on('GET things', () => ({ things: [thing('empty', null)] }));
    const model = at.model();
    await model.refresh();
    show(model, <Things />);
    expect(screen.getByRole('button', { name: /^Package without files empty/ })).toBeTruthy();
    expect(model.things.counts.all).toBe(1);
  });

  test('says what to do where there is nothing', async () => {
    const model = server(0).model();
    await model.refresh();
    show(model, <Things />);
    expect(screen.getByRole('heading', { name: 'Nothing published yet' })).toBeTruthy();
    await userEvent.click(screen.getByRole('tab', { name: 'Favourites' }));
    await waitFor(() => screen.getByRole('heading', { name: 'No favourites yet' }));
  });

  test('tabs are walked by the arrow keys', async () => {
    const model = server()
      .on('GET search', () => ({ things: [] }))
      .model();
    await model.refresh();
    show(model, <Things />);
    act(() => screen.getByRole('tab', { name: 'Mine' }).focus());
    await userEvent.keyboard('{ArrowRight}');
    expect(model.things.scope).toBe('everything');
    expect(document.activeElement?.textContent).toBe('Everything');
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(model.things.scope).toBe('starred');
  });
});

describe('a refusal', () => {
  test('of somebody who is no longer signed in offers to sign in', async () => {
    const commands = new CommandRegistry();
    let asked = 0;
    commands.addCommand(CommandIDs.signIn, { execute: () => (asked += 1) });
    const message = 'The token has expired';
    show(server().model(), <Refusal refusal={{ message, code: 'token_expired' }} />, commands);
    expect(screen.getByRole('alert').textContent).toContain(message);
    await userEvent.click(screen.getByRole('button', { name: 'Sign in again' }));
    expect(asked).toBe(1);
  });

  test('for want of rights offers a request to an owner', () => {
    const message = 'This needs Admin on acme/tool. Ask: carol';
    show(server().model(), <Refusal refusal={{ message, code: 'forbidden' }} about="acme/tool" />);
    expect(screen.getByRole('button', { name: 'Copy a request to an owner' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  test('of the list can be tried again', async () => {
    const at = server();
    const model = at.model();
    await model.refresh();
    at.on('GET things', () => refusal(503, 'unavailable', 'The repository is down'));
    await model.things.refresh();
    show(model, <Things />);
    at.on('GET things', () => ({ things: [thing('back')] }));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(model.things.items?.map(({ name }) => name)).toEqual(['back']);
  });
});
