import { nullTranslator } from '@jupyterlab/translation';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { FormBody, FormDialog } from '../src/widgets/formDialog';

// here React renders when JupyterLab lets it
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });

class Word extends FormBody<string> {
  valid = false;

  getValue(): string {
    return '';
  }

  become(valid: boolean): void {
    this.valid = valid;
    this.emit();
  }

  protected render(): React.JSX.Element {
    return <input aria-label="Word" />;
  }
}

test('the Tab key stays in a dialog, both ways, whether it may be accepted or not', async () => {
  const body = new Word();
  const dialog = new FormDialog<string>({
    trans: nullTranslator.load('jupyter_repo'),
    title: 'A word',
    body,
    accept: 'Say it',
    focus: 'input'
  });
  const end = dialog.launch();
  await dialog.ready;
  const focused = () => document.activeElement?.textContent ?? '';
  const field = dialog.node.querySelector('input');
  expect(document.activeElement).toBe(field);
  await userEvent.tab({ shift: true });
  expect(focused()).toContain('Cancel'); // the last that can be pressed
  await userEvent.tab();
  expect(document.activeElement).toBe(field);
  body.become(true);
  await userEvent.tab({ shift: true });
  expect(focused()).toContain('Say it');
  await userEvent.tab();
  expect(document.activeElement).toBe(field);
  dialog.reject();
  await end;
});
