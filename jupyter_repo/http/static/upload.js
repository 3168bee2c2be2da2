// The upload form with progress and dropped files; without this file the form is sent as any other.
const form = document.querySelector('form.upload');
const [drop, input] = [form.querySelector('.drop'), form.querySelector('input[type=file]')];
const [list, button] = [form.querySelector('.uploading'), form.querySelector('.actions button')];
drop.querySelector('[hidden]').hidden = false;

for (const [name, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
  drop.addEventListener(name, event => {
    event.preventDefault();
    drop.classList.toggle('over', over);
  });
}
drop.addEventListener('drop', event => {
  if (event.dataTransfer.files.length) {
    input.files = event.dataTransfer.files;
  }
});

const complain = text => {
  const old = document.querySelector('main > .problem');
  const problem = old ?? document.createElement('p');
  problem.className = 'problem';
  problem.setAttribute('role', 'alert');
  problem.textContent = text;
  form.before(problem);
  problem.scrollIntoView({ block: 'nearest' });
};

// a line for each file: they are sent one behind the other
const lines = () => {
  list.replaceChildren();
  const shown = [];
  let begin = 0;
  for (const file of input.files) {
    const [line, name, bar, state] = ['li', 'label', 'progress', 'span'].map(tag => document.createElement(tag));
    [name.textContent, name.htmlFor, bar.id, bar.max, bar.value, state.className] = [file.name, `file-${begin}`, `file-${begin}`, 1, 0, 'meta'];
    line.append(name, bar, state);
    list.append(line);
    shown.push({ bar, state, begin, size: file.size || 1 });
    begin += file.size || 1;
  }
  return sent => {
    for (const { bar, state, begin: from, size } of shown) {
      bar.value = Math.min(1, Math.max(0, (sent * begin - from) / size));
      const words = bar.value === 1 ? 'sent, is being looked at' : bar.value ? `${Math.round(100 * bar.value)} %` : 'waits';
      if (state.textContent !== words) {
        state.textContent = words;
      }
    }
  };
};

form.addEventListener('submit', event => {
  event.preventDefault();
  const [request, show] = [new XMLHttpRequest(), lines()];
  request.open('POST', form.action);
  request.setRequestHeader('X-Progress', '1');
  request.upload.addEventListener('progress', ({ loaded, total }) => show(total ? loaded / total : 0));
  const end = () => {
    list.hidden = true;
    button.disabled = false;
  };
  request.addEventListener('load', () => {
    const target = request.getResponseHeader('Location');
    if (request.status === 201 && target) {
      location.assign(target);
      return;
    }
    if (new URL(request.responseURL).pathname.endsWith('/login')) {
      complain('You were signed out in the meantime. Sign in on another page of this browser, then send the files again: they are still chosen here.');
      end();
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    const fresh = page.querySelector('form.upload .notice');
    form.querySelector('.notice')?.remove();
    if (fresh) {
      list.before(document.adoptNode(fresh)); // beside the button that sends it again
    }
    const errors = [...page.querySelectorAll('form.upload .error')].map(error => error.textContent).join(' ');
    complain(errors || (page.querySelector('main .problem')?.textContent ?? page.querySelector('main')?.innerText ?? 'The upload failed.'));
    end();
  });
  request.addEventListener('error', () => {
    complain('The connection broke off. Nothing half uploaded is kept; send it again.');
    end();
  });
  list.hidden = false;
  show(0);
  button.disabled = true;
  request.send(new FormData(form));
});
