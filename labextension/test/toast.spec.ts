import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { IOutcome, withToast } from '../src/toast';
import { Server } from './server';

test('the toast about a failure goes when the work is done once more', async () => {
  const { jobs } = new Server().model();
  const trans = nullTranslator.load('jupyter_repo');
  const texts = () => Notification.manager.notifications.map(({ message }) => message);
  const outcome = (): IOutcome => ({ type: 'error', message: 'It was not published' });
  const start = () => Promise.reject(new Error('The repository is away'));
  const again = jest.fn();
  const task = await withToast(
    trans,
    jobs.track('publish', 'rain.ipynb', start, again),
    'Publishing…',
    outcome,
    end => jobs.left([end])
  );
  expect(texts()).toEqual(['It was not published']);
  jobs.retry(task);
  expect(again).toHaveBeenCalledTimes(1);
  await Promise.resolve();
  expect(texts()).toEqual([]);
});
