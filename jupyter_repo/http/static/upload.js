// The upload form with progress and dropped files; without this file the form is sent as any other.
const form = document.querySelector('form.upload');
const [drop, input] = [form.querySelector('.drop'), form.querySelector('input[type=file]')];
const [box, bar, button] = [form.querySelector('.upload-progress'), form.querySelector('progress'), form.querySelector('.actions button')];
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

form.addEventListener('submit', event => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.setRequestHeader('X-Progress', '1');
  request.upload.addEventListener('progress', ({ loaded, total }) => (bar.value = total ? loaded / total : 0));
  const end = () => {
    box.hidden = true;
    button.disabled = false;
  };
  request.addEventListener('load', () => {
    const target = request.getResponseHeader('Location');
    if (request.status === 201 && target) {
      location.assign(target);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    const fresh = page.querySelector('form.upload .notice');
    form.querySelector('.notice')?.remove();
    if (fresh) {
      drop.before(document.adoptNode(fresh));
    }
    complain(page.querySelector('main .problem')?.textContent ?? page.querySelector('main')?.innerText ?? 'The upload failed.');
    end();
  });
  request.addEventListener('error', () => {
    complain('The connection broke off. Nothing half uploaded is kept; send it again.');
    end();
  });
  box.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
});
