// Keeps the page true while it is open: draws changed parts again, keeps what did not change, ticks the clock.
(() => {
  const app = () => document.getElementById('app');
  const NEAR_PX = 80;
  const PARTS = ['sidebar', 'head', 'messages', 'home', 'composer', 'thread', 'clock', 'phone', 'bot', 'modal'];

  // --- putting a drawn part in place of its older self -------------------------------------------------------

  const nearEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  const toEnd = (box) => { box.scrollTop = box.scrollHeight; };

  // What somebody has begun to enter survives a new drawing of the form around it.
  const carryOver = (old, fresh) => {
    for (const field of old.querySelectorAll('input[name]:not([type=hidden]), textarea[name], select[name]')) {
      const twins = [...fresh.querySelectorAll('[name]')].filter((one) => one.name === field.name);
      const twin = twins.find((one) => !['radio', 'checkbox'].includes(one.type) || one.value === field.value);
      if (!twin) continue;
      if (['radio', 'checkbox'].includes(field.type)) {
        if (field.checked !== field.defaultChecked) twin.checked = field.checked;
      } else if (field.tagName === 'SELECT') {
        const chosen = [...field.options].filter((one) => one.selected).map((one) => one.value);
        for (const one of twin.options) one.selected = chosen.includes(one.value);
      } else if (field.value !== field.defaultValue) {
        twin.value = field.value;
      }
    }
  };

  const place = (target, fresh) => {
    const fed = target.matches('[data-follow]') && nearEnd(target);
    const old = new Map([...target.children].filter((one) => one.id).map((one) => [one.id, one]));
    const next = [...fresh.children].map((one) => {
      const before = old.get(one.id);
      if (before?.dataset.rev && before.dataset.rev === one.dataset.rev) return before;
      if (before) carryOver(before, one);
      return one;
    });
    for (const one of [...target.children]) if (!next.includes(one)) one.remove();
    let cursor = target.firstElementChild;
    const added = [];
    for (const one of next) {
      if (one === cursor) { cursor = cursor.nextElementSibling; continue; }
      target.insertBefore(one, cursor);
      added.push(one);
    }
    target.dataset.rev = fresh.dataset.rev;
    if (fed) toEnd(target);
    for (const box of target.querySelectorAll('[data-follow]')) if (added.includes(box)) toEnd(box);
    return added;
  };

  const wanted = new Set();
  let drawing = false;
  let pressed = false;

  // A late answer belongs to a page that was left; a refusal is read wherever the same person is by now.
  const isLate = (fresh, target) => {
    const [there, here] = [fresh.dataset.drawnFor, app().dataset.draw];
    const samePerson = there.split('/')[1] === here.split('/')[1];
    return there !== here && !(target.id === 'notice' && samePerson);
  };

  htmx.defineExtension('keyed', {
    handleSwap: (style, target, fresh) => {
      if (style !== 'keyed') return false;
      if (target.dataset.rev === fresh.dataset.rev) return [];
      if (isLate(fresh, target)) return [];
      if (pressed) { wanted.add(target.id); return []; }
      return place(target, fresh);
    },
  });

  // Whoever sets out for another page waits no longer for the one before: it would take the link from under the finger.
  let ways = 0;
  document.addEventListener('htmx:beforeRequest', (event) => { event.detail.requestConfig.way = ways; });
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.boosted && event.detail.requestConfig.way !== ways) event.preventDefault();
  });

  // What is put anew between press and release loses the click: it waits for the release.
  const LONGEST_PRESS_MS = 1000;
  let release = 0;
  const releaseAfter = (ms) => {
    clearTimeout(release);
    release = setTimeout(() => { pressed = false; draw(); }, ms);
  };
  document.addEventListener('pointerdown', (event) => {
    pressed = true;
    releaseAfter(LONGEST_PRESS_MS);
    if (event.target.closest('a[hx-boost]')) ways += 1;
  });
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => releaseAfter(0));

  // --- what the server says ----------------------------------------------------------------------------------

  const draw = async () => {
    if (drawing || pressed || !wanted.size || !app()) return;
    drawing = true;
    await new Promise((ready) => { setTimeout(ready, 20); });
    const names = [...wanted].filter((one) => document.getElementById(one)).join(',');
    wanted.clear();
    try {
      await htmx.ajax('GET', app().dataset.draw + encodeURIComponent(names), { source: '#app', target: '#app', swap: 'none' });
    } finally {
      drawing = false;
      draw();
    }
  };

  const drawAll = () => {
    for (const part of PARTS) wanted.add(part);
    draw();
  };

  const concerns = (news, part) => {
    const { person, place: here } = app().dataset;
    if (news.users.length && !news.users.includes(person)) return false;
    return part === 'sidebar' || !news.channel || news.channel === here;
  };

  let run = '';
  let news = null;

  const greeted = (event) => {
    if (run && run !== event.data) { location.reload(); return; }
    run = event.data;
    drawAll(); // something may have happened before this line was open
    document.documentElement.dataset.live = 'yes';
  };
  const heard = (event) => {
    const said = JSON.parse(event.data);
    for (const part of said.parts) if (concerns(said, part)) wanted.add(part);
    draw();
  };

  // Browsers keep few lines open to one server: a window nobody sees gives its line back, and reads nothing.
  const listen = () => {
    news?.close();
    news = null;
    if (document.hidden) return;
    news = new EventSource('/events');
    news.addEventListener('hello', greeted);
    news.addEventListener('draw', heard);
  };
  document.addEventListener('visibilitychange', listen);
  listen();

  // --- the clock ---------------------------------------------------------------------------------------------

  const anchors = new WeakMap();
  const tick = () => {
    for (const shown of document.querySelectorAll('time[data-ticks]')) {
      if (!anchors.has(shown)) anchors.set(shown, performance.now());
      const at = new Date(Number(shown.dataset.ticks) + performance.now() - anchors.get(shown));
      shown.textContent = at.toLocaleTimeString('en-GB', { timeZone: shown.dataset.zone });
    }
  };
  setInterval(tick, 1000);

  // --- arriving somewhere ------------------------------------------------------------------------------------

  const arrive = () => {
    const linked = location.hash && document.querySelector(location.hash);
    for (const box of document.querySelectorAll('[data-follow]')) toEnd(box);
    if (linked) linked.scrollIntoView({ block: 'center' });
    if (matchMedia('(min-width: 60rem)').matches) document.querySelector('[data-testid=composer]')?.focus();
  };
  // On a small screen the phone lies in a drawer, which stays open while one looks at another's phone.
  let drawer = '';
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (event.detail.elt.closest('.owners')) drawer = document.querySelector('.desk:popover-open')?.id ?? '';
  });
  document.addEventListener('DOMContentLoaded', arrive);
  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target?.id !== 'app' || !event.detail.boosted) return;
    arrive();
    drawAll(); // something may have happened on the way here
    if (drawer) document.getElementById(drawer)?.showPopover();
    drawer = '';
  });
  document.addEventListener('htmx:afterSwap', () => {
    const form = document.querySelector('.modal');
    if (form && !form.contains(document.activeElement)) {
      form.querySelector('[autofocus], .input input, .input textarea, .input select')?.focus();
    }
  });

  // --- small deeds -------------------------------------------------------------------------------------------

  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-also-press]');
    if (link) link.nextElementSibling.click();
    const chosen = event.target.closest('.sheet button:not([type=button]), .sheet a');
    chosen?.closest('[popover]')?.hidePopover();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || document.querySelector('.sheet:popover-open')) return;
    document.querySelector('.modal [data-escape]')?.click();
  });
})();
