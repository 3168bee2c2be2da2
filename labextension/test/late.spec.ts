import { ITokenList } from '../src/documents/access';
import { ISuggestion } from '../src/notebookApi';
import { refusal, Server } from './server';

/** An answer that comes when the test says so. */
class Late {
  readonly answer = () => this._promise;

  come(value: unknown): void {
    this._resolve(value);
  }

  private _resolve: (value: unknown) => void = () => undefined;
  private readonly _promise = new Promise<unknown>(resolve => (this._resolve = resolve));
}

/** Whatever was asked for already is on its way. */
function asked(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve));
}

function list(...names: string[]): ITokenList {
  const token = { scopes: ['repos'], display: '', created_at: '', state: 'live' as const };
  const dates = { expires_at: null, last_used_at: null };
  return { tokens: names.map(name => ({ ...token, ...dates, name })), scopes: {} };
}

describe('tokens', () => {
  const server = (alice: Late) =>
    new Server().on('GET tokens', request =>
      request.query.get('channel') === 'alice' ? alice.answer() : list('of-acme')
    );

  test('those of the channel before do not come among those of the next', async () => {
    const alice = new Late();
    const { tokens } = server(alice).model();
    const before = tokens.open('alice');
    await tokens.open('acme');
    alice.come(list('of-alice'));
    await before;
    expect([tokens.channel, tokens.tokens?.map(({ name }) => name)]).toEqual(['acme', ['of-acme']]);
  });

  test('a failure about the channel before is no news', async () => {
    const alice = new Late();
    const { tokens } = server(alice).model();
    const before = tokens.open('alice');
    await tokens.open('acme');
    alice.come(refusal(503, 'unavailable', 'Not now'));
    await before;
    expect(tokens.error).toBe('');
  });

  test('a secret is shown with the tokens of its own channel only', async () => {
    const [made, alice] = [new Late(), new Late()];
    const { tokens } = server(alice).on('POST tokens', made.answer).model();
    alice.come(list());
    await tokens.open('alice');
    const creating = tokens.create('laptop', ['repos'], 7);
    await asked();
    await tokens.open('acme');
    made.come({ name: 'laptop', token: 'jr-secret' });
    await creating;
    expect([tokens.channel, tokens.created]).toEqual(['acme', null]);
  });

  test('nothing comes of what was closed', async () => {
    const alice = new Late();
    const { tokens } = server(alice).model();
    const opening = tokens.open('alice');
    await asked();
    tokens.close();
    alice.come(list('of-alice'));
    await opening;
    expect([tokens.channel, tokens.tokens]).toEqual([null, null]);
  });
});

describe('organizations', () => {
  test('a failure about the one that was left is no news; the list is', async () => {
    const groups = new Late();
    const { organizations } = new Server()
      .on('GET organizations', () => ({ organizations: [], groups: [] }))
      .on('GET groups/acme', groups.answer)
      .model();
    const opening = organizations.open('acme');
    await asked();
    organizations.back();
    groups.come(refusal(403, 'forbidden', 'You are no member of acme'));
    await opening;
    await asked();
    expect([organizations.items, organizations.refusal]).toEqual([[], null]);
  });

  test('nothing comes of what was closed', async () => {
    const all = new Late();
    const { organizations } = new Server().on('GET organizations', all.answer).model();
    const opening = organizations.open();
    await asked();
    organizations.close();
    all.come({ organizations: [{ login: 'acme', owner: true }], groups: [] });
    await opening;
    expect(organizations.items).toBeNull();
  });
});

describe('suggestions', () => {
  const one = (id: number) => ({ id, to: 'alice/rain', state: 'open' }) as ISuggestion;
  const boxes = (received: (time: number) => unknown) => {
    let times = 0;
    return new Server().on('GET suggestions', ({ query }) =>
      query.get('box') === 'in' ? received(++times) : { suggestions: [] }
    );
  };

  test('an answer that comes after a later one is dropped', async () => {
    const before = new Late();
    const { suggestions } = boxes(time =>
      time === 1 ? before.answer() : { suggestions: [one(2), one(1)] }
    ).model();
    const opening = suggestions.open();
    await suggestions.refresh();
    before.come({ suggestions: [one(1)] });
    await opening;
    expect(suggestions.received?.map(({ id }) => id)).toEqual([2, 1]);
  });

  test('what fails later than something newer came is no news', async () => {
    const before = new Late();
    const { suggestions } = boxes(time =>
      time === 1 ? before.answer() : { suggestions: [one(1)] }
    ).model();
    const opening = suggestions.open();
    await suggestions.refresh();
    before.come(refusal(503, 'unavailable', 'Not now'));
    await opening;
    expect([suggestions.received?.length, suggestions.refusal]).toEqual([1, null]);
  });

  test('what was asked by somebody who signed out is forgotten', async () => {
    const all = new Late();
    const { suggestions, views } = boxes(all.answer).model();
    const opening = suggestions.open();
    await asked();
    suggestions.close();
    all.come({ suggestions: [one(1)] });
    await opening;
    expect([suggestions.received, views.top]).toEqual([null, null]);
  });
});
