import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useLayoutEffect } from 'react';
import { IPanelContext, PanelContext, useSignal } from '../src/components/context';
import { EnvironmentsView } from '../src/components/EnvironmentsView';
import { Refusal } from '../src/components/Refusal';
import { SuggestionsView } from '../src/components/SuggestionsView';
import { TaskList } from '../src/components/TaskList';
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

test('a component notices what changed between its rendering and its subscription', () => {
  const about = {};
  const changed = new Signal<object, void>(about);
  let value = 'before';
  function Late(): React.JSX.Element {
    useSignal(changed);
    useLayoutEffect(() => {
      value = 'after';
      changed.emit();
    }, []);
    return <p>{value}</p>;
  }
  render(<Late />);
  expect(screen.getByText('after')).toBeTruthy();
});

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

  test('of a thousand things shows a page, and goes on where the keyboard asked for more', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => thing(`thing-${index}`));
    const at = server().on('GET things', ({ query }) => {
      const [from, limit] = [Number(query.get('after') ?? 0), Number(query.get('limit'))];
      const next = from + limit < all.length ? String(from + limit) : null;
      const counts = from === 0 ? { all: 1000, pypi: 1000 } : null;
      return { things: all.slice(from, from + limit), next, counts };
    });
    const model = at.model();
    await model.refresh();
    show(model, <Things />);
    const rows = () => document.querySelectorAll('.jp-Repo-row');
    expect(rows()).toHaveLength(100);
    expect(screen.getByRole('button', { name: /^All/ }).textContent).toContain('1000');
    expect(screen.getByText('100 of 1000')).toBeTruthy();
    act(() => screen.getByRole('button', { name: 'Show more' }).focus());
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(rows()).toHaveLength(200));
    expect(document.activeElement).toBe(rows()[100]);
    await act(() => model.things.refresh());
    expect(rows()).toHaveLength(200); // what is shown stays
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

  test('that would come again is not offered to be tried again', () => {
    const refusal = { message: 'There is no user nobody', code: 'not_found' };
    show(server().model(), <Refusal refusal={refusal} onRetry={() => undefined} />);
    expect(screen.getByRole('alert').textContent).toBe(refusal.message);
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

describe('opening a notebook', () => {
  const job = (state: string, change: object = {}) => ({
    id: 'j1',
    state,
    stage: 'Fetching packages',
    fraction: 0.25,
    step: 3,
    steps: 7,
    result: null,
    error: null,
    ...change
  });

  test('says which stage of how many, and is cancelled on the server', async () => {
    let state = 'running';
    const jupyter = server()
      .on('GET jobs/j1', () => job(state))
      .on('DELETE jobs/j1', () => {
        state = 'cancelled';
      });
    const { jobs } = jupyter.model();
    const end = jobs.track('reopen', 'alice/rain', () => Promise.resolve('j1'));
    await waitFor(() => expect(jobs.tasks[0].step).toBe(3));
    show(jupyter.model(), <TaskList tasks={jobs.tasks} />);
    expect(screen.getByText('Fetching packages (3 of 7)')).toBeTruthy();
    jobs.cancel(jobs.tasks[0]);
    expect((await end).state).toBe('cancelled');
    expect(jupyter.to('DELETE jobs/j1')).toHaveLength(1);
  });

  test('ends with the file that was made', async () => {
    const made = {
      path: 'rain.ipynb',
      kernel: 'repo-1',
      display_name: 'alice/rain 1',
      notice: null
    };
    const jupyter = server().on('GET jobs/j1', () => job('done', { result: made }));
    const { jobs } = jupyter.model();
    const task = await jobs.track('reopen', 'alice/rain', () => Promise.resolve('j1'));
    expect(task.opened).toEqual(made);
    expect(task.result).toBeNull();
    const opened: unknown[] = [];
    const commands = new CommandRegistry();
    commands.addCommand('docmanager:open', { execute: args => opened.push(args.path) });
    show(jupyter.model(), <TaskList tasks={jobs.tasks} />, commands);
    await userEvent.click(screen.getByRole('button', { name: 'rain.ipynb' }));
    expect(opened).toEqual(['rain.ipynb']);
  });

  test('leaves an environment that stays while its kernel runs', async () => {
    const environment = (id: string, running: number) => ({
      id,
      full_name: `alice/${id}`,
      version: '1',
      size: 2_000_000,
      packages: 3,
      python: '3.12',
      last_used_at: new Date().toISOString(),
      running
    });
    const jupyter = server().on('GET environments', () => ({
      environments: [environment('idle', 0), environment('busy', 2)]
    }));
    const model = jupyter.model();
    show(model, <EnvironmentsView />);
    await act(() => model.environments.open());
    expect(screen.getByText(/2 environments/).textContent).toContain('4.0 MB');
    const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
    expect(button(/^Remove the environment of alice\/idle 1/).disabled).toBe(false);
    expect(button(/^Shut its kernels down .* alice\/busy/).disabled).toBe(true);
    expect(screen.getByText(/2 kernels run/)).toBeTruthy();
  });
});

describe('suggestions', () => {
  const suggestion = (id: number, state: string, can: string[]) => ({
    id,
    to: 'alice/rain',
    base_version: '1',
    author: 'bob',
    message: `message ${id}`,
    state,
    word: '',
    created_at: new Date().toISOString(),
    decided_by: null,
    version: state === 'accepted' ? '2' : null,
    latest_version: '2',
    outdated: true,
    can
  });

  test('offer what may be done, and no more', async () => {
    const jupyter = server().on('GET suggestions', ({ query }) => ({
      suggestions:
        query.get('box') === 'in'
          ? [suggestion(1, 'open', ['accept', 'decline']), suggestion(2, 'accepted', [])]
          : [suggestion(3, 'open', ['withdraw'])]
    }));
    const model = jupyter.model();
    show(model, <SuggestionsView />);
    await act(() => model.suggestions.open());
    const buttons = (list: string) =>
      within(screen.getByRole('list', { name: list }))
        .getAllByRole('button')
        .map(button => button.textContent);
    expect(buttons('For you to decide')).toEqual([
      'alice/rain',
      'Show changes',
      'Accept…',
      'Decline…'
    ]);
    expect(buttons('Suggested by you')).toEqual(['alice/rain', 'Show changes', 'Withdraw…']);
    expect(buttons('Decided')).toEqual(['alice/rain', 'Show changes']);
    expect(screen.getByText('Accepted: version 2')).toBeTruthy();
    expect(screen.getAllByText(/The notebook has version 2 since/)).toHaveLength(2);
  });

  test('of nobody say how to make one, and failures say why', async () => {
    const jupyter = server().on('GET suggestions', () => ({ suggestions: [] }));
    const model = jupyter.model();
    show(model, <SuggestionsView />);
    await act(() => model.suggestions.open());
    expect(screen.getByRole('heading', { name: 'No suggestion yet' })).toBeTruthy();
    jupyter.on('GET suggestions', () => refusal(503, 'unavailable', 'It is down'));
    await act(() => model.suggestions.refresh());
    expect(screen.getByRole('alert').textContent).toContain('It is down');
  });
});
