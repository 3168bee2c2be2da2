import { nullTranslator } from '@jupyterlab/translation';
import { MimeModel } from '@jupyterlab/rendermime';
import { CommandRegistry } from '@lumino/commands';
import { render, screen } from '@testing-library/react';
import React from 'react';
import { PanelContext } from '../src/components/context';
import { NotebookActions } from '../src/components/NotebookActions';
import { IThingDocument } from '../src/documents/things';
import { CommandIDs } from '../src/tokens';
import { pictureFactory } from '../src/widgets/picture';
import { Answer, refusal, Server, thing } from './server';

const PATH = 'things/alice/wave';

function document(change: Partial<IThingDocument> = {}): IThingDocument {
  const rest = { forked_from: null, forks: 0, releases: [], files: [], install: [] };
  return { ...thing('wave', 'ipynb', { can: [] }), ...rest, ...change };
}

function server(answer: Answer = () => document()): Server {
  return new Server().on(`GET ${PATH}`, answer);
}

describe('the details', () => {
  test('an answer that comes after a later one is dropped', async () => {
    let late: (value: unknown) => void = () => undefined;
    let asked = 0;
    const { detail } = server(() => {
      asked += 1;
      return asked === 1
        ? new Promise(resolve => (late = resolve))
        : document({ summary: 'of now' });
    }).model();
    const opening = detail.open('alice/wave');
    await detail.refresh();
    late(document({ summary: 'of before' }));
    await opening;
    expect(detail.thing?.summary).toBe('of now');
    expect(detail.busy).toBe(false);
  });

  test('what was asked for before a change does not undo it', async () => {
    let late: (value: unknown) => void = () => undefined;
    let asked = 0;
    const { detail } = server(() => {
      asked += 1;
      return asked === 2 ? new Promise(resolve => (late = resolve)) : document();
    })
      .on(`PATCH ${PATH}`, () => document({ visibility: 'private' }))
      .model();
    await detail.open('alice/wave');
    const before = detail.refresh();
    expect(await detail.change({ visibility: 'private' })).toBe(true);
    late(document());
    await before;
    expect(detail.thing?.visibility).toBe('private');
  });

  test('what fails later than something newer came is no news; what fails now is', async () => {
    let late: (value: unknown) => void = () => undefined;
    let asked = 0;
    const { detail } = server(() => {
      asked += 1;
      return asked === 1 ? new Promise(resolve => (late = resolve)) : document();
    }).model();
    const opening = detail.open('alice/wave');
    await detail.refresh();
    late(refusal(503, 'unavailable', 'Not now'));
    await opening;
    expect(detail.refusal).toBeNull();
    expect(await detail.change({ summary: 'x' })).toBe(false);
    expect(detail.refusal?.code).toBe('not_found');
  });

  test('nothing comes of what was closed', async () => {
    let late: (value: unknown) => void = () => undefined;
    const { detail } = server(() => new Promise(resolve => (late = resolve))).model();
    const opening = detail.open('alice/wave');
    await new Promise(resolve => setTimeout(resolve));
    detail.close();
    late(document());
    await opening;
    expect([detail.fullName, detail.thing, detail.refusal]).toEqual([null, null, null]);
  });
});

describe('a notebook', () => {
  function show(filenames: string[]): void {
    const commands = new CommandRegistry();
    commands.addCommand(CommandIDs.reopen, { execute: () => undefined });
    const files = filenames.map(filename => ({ filename, version: '1.0' }));
    const context = { model: server().model(), trans: nullTranslator.load(''), commands };
    render(
      <PanelContext.Provider value={context}>
        <NotebookActions thing={document({ files: files as IThingDocument['files'] })} />
      </PanelContext.Provider>
    );
  }

  test('opens with its environment where it was published with one', () => {
    show(['wave.ipynb', 'environment.yml', 'environment.lock.json']);
    expect(screen.getByRole('button', { name: 'Open with its environment' })).toBeTruthy();
  });

  test('just opens where it was not', () => {
    show(['wave.ipynb']);
    expect(screen.getByRole('button', { name: 'Open' })).toBeTruthy();
  });
});

test('SVG is drawn as a picture, whatever it holds and however it is kept', async () => {
  const renderer = pictureFactory.createRenderer({} as never);
  const lines = ['<svg xmlns="http://www.w3.org/2000/svg">', '<title>Élan 波</title></svg>'];
  await renderer.renderModel(
    new MimeModel({ data: { 'image/svg+xml': lines, 'text/plain': '<Figure>' } })
  );
  const [image] = renderer.node.children as unknown as [HTMLImageElement];
  expect([renderer.node.children.length, image.tagName, image.alt]).toEqual([1, 'IMG', '<Figure>']);
  const [head, data] = image.src.split(',');
  expect(head).toBe('data:image/svg+xml;base64');
  expect(Buffer.from(data, 'base64').toString()).toBe(lines.join(''));
});
