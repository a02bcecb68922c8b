// What every page needs and no server: arrow keys and sliders of number fields, the link to the content, the list of keys, menus, and the
// buttons of the reconnect notice.
document.addEventListener('keydown', e => {
  const way = { ArrowUp: 1, ArrowDown: -1 }[e.key];
  if (way && e.target.matches('input[data-step]') && !e.ctrlKey && !e.metaKey && !e.altKey) step(e, way);
});

document.addEventListener('keydown', e => {
  if (e.key === '?' && !e.ctrlKey && !e.metaKey && !e.altKey && !writes(e.target) && !document.querySelector('dialog[open]')) showKeys();
  if (e.key === 'Escape') closeMenus(null);
});

document.addEventListener('click', e => {
  if (e.target.closest('[data-keys]')) showKeys();
  else if (e.target.closest('#keys a')) document.getElementById('keys').close();
  closeMenus(e.target.closest('[data-menu]'));
});

// A slider moves the number beside it along; the number is told the server when the slider is let go.
document.addEventListener('input', e => {
  if (e.target.matches('input[data-slides]')) numberOf(e.target).value = e.target.value;
});
document.addEventListener('change', e => {
  if (e.target.matches('input[data-slides]')) numberOf(e.target).dispatchEvent(new Event('change', { bubbles: true }));
  else if (e.target.matches('input[data-step]')) follow(e.target);
});

// Before Blazor's own listener, which follows links.
document.addEventListener('click', e => e.target.closest('[data-skip]') && skip(e), true);

document.addEventListener('click', e => {
  if (e.target.closest('[data-reconnect-now]')) reconnect();
  else if (e.target.closest('[data-reload]')) location.reload();
});

const writes = element => element.closest('input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]');

const numberOf = slider => document.getElementById(slider.dataset.slides);

const showKeys = () => document.getElementById('keys').showModal();

function closeMenus(but) {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) if (menu !== but) menu.open = false;
}

function follow(number) {
  const slider = document.querySelector(`input[data-slides="${number.id}"]`);
  if (slider && number.value.trim() !== '' && Number.isFinite(Number(number.value))) slider.value = number.value;
}

// A text that is no number is left to whoever is typing.
function step(e, way) {
  const input = e.target;
  const value = Number(input.value);
  if (input.readOnly || input.value.trim() === '' || !Number.isFinite(value)) return;
  e.preventDefault();
  const by = Number(input.dataset.step) * (e.shiftKey ? 10 : 1);
  const decimals = (String(by).split('.')[1] ?? '').length;
  const next = Number((value + way * by).toFixed(Math.max(decimals, (input.value.split('.')[1] ?? '').length)));
  const least = Number(input.dataset.min ?? -Infinity), most = Number(input.dataset.max ?? Infinity);
  input.value = String(Math.min(most, Math.max(least, next)));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

// Without changing the address, which may hold what another part of it means.
function skip(e) {
  e.preventDefault();
  document.getElementById('main').focus();
}

// False means that the server is there and does not know this page any more.
async function reconnect() {
  if ((await Blazor.reconnect()) === false) location.reload();
}
