import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { messageOf } from './api';

/** Ask before something that can't be undone; then do it, and show why it failed if it did. */
export async function confirmAndDo(
  trans: TranslationBundle,
  question: { title: string; body: string; accept: string },
  action: () => Promise<void>
): Promise<void> {
  const { button } = await showDialog({
    title: question.title,
    body: question.body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: question.accept })
    ],
    defaultButton: 0
  });
  if (button.accept) {
    try {
      await action();
    } catch (reason) {
      await showErrorMessage(trans.__('That did not work'), messageOf(reason));
    }
  }
}
