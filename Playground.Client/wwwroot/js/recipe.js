// Recipes in images: a file that is dropped anywhere on the page, but where images to start from are, or chosen. Of a PNG file only its
// header and its text go to the server.
const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10], KEPT = ['IHDR', 'tEXt', 'zTXt', 'iTXt'];
const MOST_CHUNK = 1 << 20, MOST_CHUNKS = 200000, MOST_TEXT = 64 << 10, MOST_NAME = 120;
let root, page, listening;

export function attach(element, dotnet) {
  [root, page] = [element, dotnet];
  listening = new AbortController();
  const on = { signal: listening.signal };
  root.addEventListener('change', e => {
    if (e.target.files?.[0]) open(e.target.files[0]);
    e.target.value = '';
  }, on);
  document.addEventListener('dragover', e => {
    const takes = isOurs(e);
    root.toggleAttribute('data-over', takes);
    if (takes) e.preventDefault();
  }, on);
  document.addEventListener('dragleave', e => e.relatedTarget || root.removeAttribute('data-over'), on);
  document.addEventListener('drop', e => {
    const takes = isOurs(e) && !e.defaultPrevented;
    root.removeAttribute('data-over');
    if (!takes) return;
    e.preventDefault();
    if (e.dataTransfer.files[0]) open(e.dataTransfer.files[0]);
  }, on);
}

export function detach() {
  listening?.abort();
}

const isOurs = e => e.dataTransfer?.types.includes('Files') && !e.target.closest?.('[data-slot], dialog');

async function open(file) {
  let answer;
  try {
    const response = await fetch('/api/v1/recipes', { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' },
      body: await textOf(file) });
    answer = await response.json();
    if (!response.ok) {
      page.invokeMethodAsync('OnProblem', answer.detail ?? '');
      return;
    }
  } catch {
    page.invokeMethodAsync('OnProblem', '');
    return;
  }
  page.invokeMethodAsync('OnRecipe', answer, file.name.slice(0, MOST_NAME));
}

// A PNG file without its pixels; of anything else its beginning, which the server refuses in its own words.
async function textOf(file) {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (!SIGNATURE.every((byte, i) => head[i] === byte)) return file.slice(0, MOST_TEXT + 1);
  const parts = [head];
  for (let at = 8, chunks = 0, size = 0; at + 12 <= file.size && chunks < MOST_CHUNKS; chunks++) {
    const view = new DataView(await file.slice(at, at + 8).arrayBuffer());
    const length = view.getUint32(0);
    const type = String.fromCharCode(...new Uint8Array(view.buffer, 4, 4));
    if (KEPT.includes(type) && length <= MOST_CHUNK && (size += length) <= 4 * MOST_CHUNK) parts.push(file.slice(at, at + length + 12));
    if (type === 'IEND') break;
    at += length + 12;
  }
  return new Blob(parts);
}
