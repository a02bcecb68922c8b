// What every page needs and no server: arrow keys in number fields, the link to the content, and the buttons of the reconnect notice.
document.addEventListener('keydown', e => {
  const way = { ArrowUp: 1, ArrowDown: -1 }[e.key];
  if (way && e.target.matches('input[data-step]') && !e.ctrlKey && !e.metaKey && !e.altKey) step(e, way);
});

// Before Blazor's own listener, which follows links.
document.addEventListener('click', e => e.target.closest('[data-skip]') && skip(e), true);

document.addEventListener('click', e => {
  if (e.target.closest('[data-reconnect-now]')) reconnect();
  else if (e.target.closest('[data-reload]')) location.reload();
});

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
