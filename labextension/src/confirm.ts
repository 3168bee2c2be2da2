import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { messageOf } from './request';

/** Ask before something that can't be undone; then do it, and show why it failed if it did. */
export async function confirmAndDo(
  trans: TranslationBundle,
  question: { title: string; body: string; accept: string; harmless?: boolean },
  action: () => Promise<void>
): Promise<void> {
  const body = new Widget();
  body.addClass('jp-Repo-question'); // keeps the lines of the text apart
  body.node.textContent = question.body;
  const { button } = await showDialog({
    title: question.title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      question.harmless
        ? Dialog.okButton({ label: question.accept })
        : Dialog.warnButton({ label: question.accept })
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
