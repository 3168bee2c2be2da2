import { refusal, Server, settings, status } from './server';

describe('the account', () => {
  test('is ready with the channels of the answer', async () => {
    const { account } = new Server()
      .on('GET status', () => status())
      .on('GET settings', () => settings())
      .model();
    expect(account.state).toBe('loading');
    expect(await account.settled()).toBe('ready');
    expect(account.channels.map(({ name }) => name)).toEqual(['alice', 'acme']);
  });

  test('says that the server part is missing, apart from a server that fails', async () => {
    const server = new Server();
    const { account } = server.model();
    await account.refresh();
    expect(account.state).toBe('missing');
    server.on('GET status', () => refusal(500, 'internal', 'It broke'));
    await account.refresh();
    expect(account.state).toBe('unreachable');
    expect(account.message).toBe('It broke');
  });

  test('says that two versions met', async () => {
    const { account } = new Server()
      .on('GET status', () => status({ version: '0.0.9' }))
      .on('GET settings', () => settings())
      .model();
    await account.refresh();
    expect(account.state).toBe('mismatch');
  });

  test('keeps its state when the password was wrong', async () => {
    const { account } = new Server()
      .on('GET status', () => status({ state: 'signed-out', account: null, channels: [] }))
      .on('GET settings', () => settings())
      .on('POST login', () => refusal(401, 'unauthenticated', 'The password is wrong'))
      .model();
    await account.refresh();
    await expect(account.signIn('alice', 'no')).rejects.toThrow('The password is wrong');
    expect(account.state).toBe('signed-out');
  });

  test('is asked again while the repository starts', async () => {
    jest.useFakeTimers();
    let answers = 0;
    const { account } = new Server()
      .on('GET status', () => status({ state: ++answers < 2 ? 'starting' : 'ready' }))
      .on('GET settings', () => settings())
      .model();
    await account.refresh();
    expect(account.state).toBe('starting');
    await jest.advanceTimersByTimeAsync(1500);
    jest.useRealTimers();
    expect(account.state).toBe('ready');
  });
});
