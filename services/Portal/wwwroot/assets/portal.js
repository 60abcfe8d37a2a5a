// Keeps the pages fresh and filters lists while one types. Everything works without it.

const every = 15_000;
const regions = () => [...document.querySelectorAll('[data-live][id]')];

// ---- Filtering: as Platform/Text/Folding.cs folds ------------------------------------------------------------------------

const fold = text => text.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().trim();

function filter(input) {
  const list = document.querySelector(input.dataset.filter);
  if (!list) return;
  const wanted = fold(input.value);
  let found = 0;
  for (const group of list.querySelectorAll('[data-group]')) {
    let shown = 0;
    for (const item of group.querySelectorAll('[data-fold]')) {
      item.hidden = !item.dataset.fold.includes(wanted);
      shown += item.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
    found += shown;
  }
  list.querySelector('.nothing-found').hidden = found > 0;
}

const filters = () => document.querySelectorAll('[data-filter]');
for (const input of filters()) {
  input.addEventListener('input', () => filter(input));
  filter(input);
}

// ---- Files: one that is too large is not sent in vain ----------------------------------------------------------------------

document.addEventListener('change', ({ target }) => {
  if (!target.matches?.('input[type=file][data-max]')) return;
  const most = Number(target.dataset.max);
  const isTooLarge = [...target.files].some(file => file.size > most);
  target.setCustomValidity(isTooLarge ? `Tệp quá lớn: nhiều nhất ${most / 1024 / 1024} MiB. Hãy giảm dung lượng, hoặc tách thành nhiều tệp.` : '');
  target.reportValidity();
});

// ---- Refreshing: the page is asked for again, and its live regions are exchanged ------------------------------------------

const bar = document.getElementById('cap-nhat');
const box = bar.querySelector('input');
const offline = bar.querySelector('.offline');

try {
  box.checked = localStorage.getItem('cap-nhat') !== 'off';
} catch { /* storage may be forbidden: then it is on with each page */ }
box.addEventListener('change', () => {
  try {
    localStorage.setItem('cap-nhat', box.checked ? 'on' : 'off');
  } catch { /* as above */ }
});
bar.hidden = false;

// Nothing is taken away from under somebody who works with it, and nothing that he put in.
const isPutIn = field => field.type === 'checkbox' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
const inUse = region =>
  region.contains(document.activeElement) || region.querySelector('details[open], .refusal') || getSelection()?.toString()
  || [...region.querySelectorAll('form :is(input, textarea)')].some(isPutIn);

let refreshing = false;

async function refresh() {
  if (document.hidden || !box.checked || refreshing) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html', 'x-refresh': '1' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    offline.hidden = answer.status < 500;
    // A page that could not be shown has nothing to exchange: it is loaded as a whole once it can. Not by a reload, which would send a form again.
    if (document.querySelector('.notice') && !document.querySelector('.notice form') && answer.ok) location.replace(location.href);
    for (const region of regions()) {
      const now = fresh.getElementById(region.id);
      if (answer.ok && now && !inUse(region)) region.replaceChildren(...now.childNodes);
    }
    filters().forEach(filter);
  } catch {
    offline.hidden = false;
  } finally {
    refreshing = false;
  }
}

setInterval(refresh, every);

// What is on its way is there in a moment.
const soon = 1_000;
setInterval(() => document.querySelector('[data-soon]') && refresh(), soon);

// What was done is said once: an address that is kept or loaded again does not say it anew.
const address = new URL(location.href);
if (address.searchParams.has('xong')) {
  address.searchParams.delete('xong');
  history.replaceState(null, '', address);
}
document.addEventListener('visibilitychange', refresh);
