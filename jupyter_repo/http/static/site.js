// Progressive: without this file every page works. With it commands are copied by one click, menus close by themselves,
// and dialogs keep the keyboard inside.
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

each('button[data-copy]', button => {
  if (!navigator.clipboard) {
    return;
  }
  const text = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  });
  for (const left of ['blur', 'pointerleave']) {
    button.addEventListener(left, () => (button.textContent = text));
  }
});

const closeMenus = except => each('details.menu[open]', menu => menu !== except && (menu.open = false));
document.addEventListener('click', event => closeMenus(event.target.closest('details.menu')));
each('main details.menu', menu =>
  menu.addEventListener('toggle', () => menu.open && menu.lastElementChild.scrollIntoView({ block: 'nearest' }))
);
document.addEventListener('keydown', event => {
  const menu = event.target.closest?.('details.menu[open]');
  if (event.key !== 'Escape' || !menu) {
    return;
  }
  menu.open = false;
  menu.querySelector('summary').focus();
});

// code and formulas that are wider than the page are scrolled by the keyboard too; the others are no stops
[...document.querySelectorAll('.notebook pre, .readme pre, .markdown math[display="block"]')]
  .filter(box => box.scrollWidth > box.clientWidth)
  .forEach(box => (box.tabIndex = 0));

// a form is sent once, however often its button is pressed: a second token of the same name would hide the first one's secret
const sent = new WeakSet();
document.addEventListener('submit', event => {
  if (event.defaultPrevented || event.target.method !== 'post') {
    return;
  }
  if (sent.has(event.target)) {
    event.preventDefault();
  }
  sent.add(event.target);
  setTimeout(() => sent.delete(event.target), 5000); // in case no answer comes
});
addEventListener('pageshow', () => each('form', form => sent.delete(form)));

// "/" goes to the search, unless something is being typed
document.addEventListener('keydown', event => {
  const typing = event.target.closest?.('input, textarea, select, dialog');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.querySelector('.bar input[type="search"]').focus();
  }
});

// a box that checks all others of its form
each('input[data-all]', all => {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.all}"]`)];
  all.closest('[hidden]')?.removeAttribute('hidden');
  all.addEventListener('change', () => boxes.forEach(box => (box.checked = all.checked)));
  boxes.forEach(box =>
    box.addEventListener('change', () => {
      all.checked = boxes.every(one => one.checked);
      all.indeterminate = !all.checked && boxes.some(one => one.checked);
    })
  );
});

// what opens at an address (#id) becomes a real dialog: focus goes in and comes back, Escape closes it
const openTarget = () => {
  const overlay = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!overlay || !overlay.classList.contains('overlay')) {
    return;
  }
  const dialog = document.createElement('dialog');
  const inner = overlay.querySelector('.dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', inner.getAttribute('aria-labelledby'));
  dialog.append(...inner.childNodes);
  overlay.after(dialog);
  overlay.hidden = true;
  history.replaceState(null, '', location.pathname + location.search);
  const before = document.querySelector(`a[href="#${overlay.id}"]`);
  dialog.addEventListener('click', event => {
    if (event.target.closest('[data-close]')) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener('close', () => {
    inner.append(...dialog.childNodes);
    dialog.remove();
    before?.focus();
  });
  dialog.showModal();
};
addEventListener('hashchange', openTarget);
openTarget();

// names as they are typed into a search: a list that the browser itself offers
each('input[type="search"][data-suggest]', field => {
  const list = document.createElement('datalist');
  list.id = `${field.dataset.suggest}-names`;
  field.after(list);
  field.setAttribute('list', list.id);
  let waiting = 0;
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    const text = field.value.trim();
    if (text.length < 2) {
      return;
    }
    waiting = setTimeout(async () => {
      const answer = await fetch(`${field.form.dataset.names}?limit=8&name=${encodeURIComponent(text)}`);
      if (answer.ok && field.value.trim() === text) {
        const names = (await answer.json()).map(found => Object.assign(document.createElement('option'), { value: found.name, label: found.full_name }));
        list.replaceChildren(...names);
      }
    }, 150);
  });
});
