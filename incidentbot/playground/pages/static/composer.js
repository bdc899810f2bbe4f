// The place where one writes: Enter sends, the field grows, and commands and people are offered while they are typed.
(() => {
  const sent = new WeakMap();
  const fieldOf = (form) => form.querySelector('textarea[name=text]');
  const fit = (field) => { field.style.height = 'auto'; field.style.height = `${Math.min(field.scrollHeight, 200)}px`; };

  // --- what is offered ---------------------------------------------------------------------------------------

  const list = () => document.getElementById('hints');
  const shown = () => [...(list()?.children ?? [])].filter((one) => !one.hidden);
  const active = () => list()?.querySelector('[aria-selected=true]');

  const wordBefore = (field) => field.value.slice(0, field.selectionStart).match(/@[\w.-]*$/)?.[0] ?? '';

  const fits = (option, field) => {
    const { match } = option.dataset;
    if (match.startsWith('@')) return wordBefore(field) !== '' && match.startsWith(wordBefore(field));
    const typed = field.value;
    if (!typed.startsWith('/') || wordBefore(field)) return false;
    return match.startsWith(typed.trimEnd()) || typed.startsWith(`${match} `);
  };

  const offer = (field) => {
    const box = list();
    if (!box || !field.form.contains(box)) return;
    for (const option of box.children) {
      option.hidden = !fits(option, field);
      option.setAttribute('aria-selected', 'false');
    }
    box.hidden = shown().length === 0;
    field.setAttribute('aria-expanded', String(!box.hidden));
  };

  const choose = (field, option) => {
    const word = wordBefore(field);
    const rest = field.value.slice(field.selectionStart);
    const before = word ? field.value.slice(0, field.selectionStart - word.length) : '';
    field.value = before + option.dataset.insert + (word ? rest : '');
    const at = (before + option.dataset.insert).length;
    field.setSelectionRange(at, at);
    field.focus();
    offer(field);
  };

  const move = (field, by) => {
    const options = shown();
    const next = options[(options.indexOf(active()) + by + options.length) % options.length];
    for (const one of options) one.setAttribute('aria-selected', String(one === next));
    next.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', next.id);
  };

  // --- keys --------------------------------------------------------------------------------------------------

  const KEYS = {
    ArrowDown: (field) => move(field, 1),
    ArrowUp: (field) => move(field, active() ? -1 : 0),
    Tab: (field) => choose(field, active() ?? shown()[0]),
    Escape: () => { list().hidden = true; },
  };

  document.addEventListener('keydown', (event) => {
    const field = event.target.closest('[data-composer] textarea');
    if (!field || event.isComposing) return;
    const offered = list() && !list().hidden && field.form.contains(list());
    if (offered && KEYS[event.key] && !event.shiftKey) {
      event.preventDefault();
      KEYS[event.key](field);
    } else if (offered && event.key === 'Enter' && active()) {
      event.preventDefault();
      choose(field, active());
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (field.value.trim()) field.form.requestSubmit();
    }
  });
  document.addEventListener('input', (event) => {
    const field = event.target.closest('[data-composer] textarea');
    if (field) { fit(field); offer(field); }
  });
  document.addEventListener('mousedown', (event) => {
    const option = event.target.closest('.hints [role=option]');
    if (!option) return;
    event.preventDefault();
    choose(fieldOf(option.closest('form')), option);
  });

  // An empty channel offers something to try: it is written for one, and not sent.
  document.addEventListener('click', (event) => {
    const { write } = event.target.closest('[data-write]')?.dataset ?? {};
    const field = document.querySelector('#writer textarea');
    if (!write || !field) return;
    field.value = write;
    field.focus();
    fit(field);
    offer(field);
  });

  // --- sending -----------------------------------------------------------------------------------------------

  // The field empties at once; if the deed is refused, the words come back.
  document.addEventListener('htmx:beforeSend', (event) => {
    const form = event.detail.elt.closest('[data-composer]');
    if (!form) return;
    const field = fieldOf(form);
    sent.set(event.detail.xhr, { form, text: field.value });
    field.value = '';
    fit(field);
    offer(field);
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    const before = sent.get(event.detail.xhr);
    if (!before) return;
    const refused = !event.detail.successful || event.detail.xhr.getResponseHeader('HX-Trigger') === 'refused';
    const field = fieldOf(before.form);
    if (refused && !field.value) { field.value = before.text; fit(field); offer(field); }
  });
})();
