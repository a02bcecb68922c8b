// Pictures to start from, and the mask painted over the first, at the model's own size: what is painted is what is drawn anew.
const paint = [110, 120, 255, 160];
let root, page, size, diameter, erases, painting, mask, maskId, pictures, cursor, last;

export function attach(element, dotnet) {
  root = element;
  page = dotnet;
  pictures = [null, null];
  erases = false;
  root.addEventListener('change', onFile);
  root.addEventListener('dragover', onDragOver);
  root.addEventListener('drop', onDrop);
  const canvas = canvasOf(0);
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', () => last = null);
  canvas.addEventListener('pointercancel', () => last = null);
  canvas.addEventListener('keydown', onKey);
  canvas.addEventListener('blur', () => { cursor = null; draw(0); });
}

// What the settings hold: after the page was opened on a job, or when the model has another size.
export async function show(pixels, brushSize, ids, maskOf) {
  if (size !== pixels) {
    size = pixels;
    mask = new Uint8Array(size * size);
    maskId = null;
  }
  diameter = brushSize;
  painting = maskOf !== null || painting;
  await Promise.all([0, 1].map(async slot => {
    if (ids[slot]) await load(slot, `/api/v1/pictures/${ids[slot]}.png`);
  }));
  if (maskOf) await loadMask(maskOf);
}

export function paints(on) {
  painting = on;
  draw(0);
}

export function brush(brushSize, erase) {
  diameter = brushSize;
  erases = erase;
  draw(0);
}

export const clear = () => change(() => mask.fill(0));

export const invert = () => change(() => mask.forEach((v, i) => mask[i] = v ? 0 : 1));

// One of a job's pictures: its tag is its id.
export async function take(slot, job, picture) {
  const response = await load(slot, `/api/v1/jobs/${job}/${picture}.png`);
  const id = response?.headers.get('ETag')?.replaceAll('"', '');
  await page.invokeMethodAsync('OnPicture', slot, id ?? null, id ? null : 'deleted');
}

// The mask's id; an unchanged one is uploaded once.
async function uploadMask() {
  if (maskId) return maskId;
  if (!mask?.some(v => v)) throw new Error('empty');
  const canvas = new OffscreenCanvas(size, size);
  canvas.getContext('2d').putImageData(pixels(v => v ? [255, 255, 255, 255] : [0, 0, 0, 255]), 0, 0);
  const { id, problem } = await upload(await canvas.convertToBlob());
  if (problem) throw new Error(problem);
  return maskId = id;
}
export { uploadMask as mask };

export function detach() {
  for (const picture of pictures) picture?.close();
  root = null;
}

const canvasOf = slot => root.querySelector(`[data-slot="${slot}"] canvas`);

async function onFile(e) {
  const slot = e.target.type === 'file' && e.target.closest('[data-slot]');
  if (slot && e.target.files[0]) await choose(Number(slot.dataset.slot), e.target.files[0]);
}

function onDragOver(e) {
  if (e.target.closest('[data-slot]')) e.preventDefault();
}

async function onDrop(e) {
  const slot = e.target.closest('[data-slot]');
  if (!slot || !e.dataTransfer.files[0]) return;
  e.preventDefault();
  await choose(Number(slot.dataset.slot), e.dataTransfer.files[0]);
}

// The server decides whether it is a picture, and what is shown is what it made of it.
async function choose(slot, file) {
  const { id, problem } = await upload(file);
  if (id) await load(slot, `/api/v1/pictures/${id}.png`);
  await page.invokeMethodAsync('OnPicture', slot, id ?? null, problem ?? null);
}

async function upload(blob) {
  try {
    const headers = { 'Content-Type': blob.type || 'application/octet-stream' };
    const response = await fetch('/api/v1/pictures', { method: 'POST', headers, body: blob });
    const answer = await response.json();
    return response.ok ? { id: answer.id } : { problem: answer.detail };
  } catch {
    return { problem: 'unreachable' };
  }
}

async function load(slot, url) {
  const response = await fetch(url);
  if (!response.ok) return null;
  pictures[slot]?.close();
  pictures[slot] = await createImageBitmap(await response.blob());
  draw(slot);
  return response;
}

async function loadMask(id) {
  const response = await fetch(`/api/v1/pictures/${id}.png`);
  if (!response.ok) return;
  const context = new OffscreenCanvas(size, size).getContext('2d');
  context.drawImage(await createImageBitmap(await response.blob()), 0, 0, size, size);
  context.getImageData(0, 0, size, size).data.forEach((v, i) => { if (i % 4 === 0) mask[i / 4] = v > 127 ? 1 : 0; });
  maskId = id;
  draw(0);
}

// The picture scaled and cut as the model takes it, the paint, and the keyboard's brush.
function draw(slot) {
  const [canvas, picture] = [canvasOf(slot), pictures[slot]];
  if (!picture || !size) return;
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, size, size);
  const scale = size / Math.min(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, (size - width) / 2, (size - height) / 2, width, height);
  canvas.dataset.picture = '';
  if (slot !== 0 || !painting) return;
  const layer = new OffscreenCanvas(size, size);
  layer.getContext('2d').putImageData(pixels(v => v ? paint : [0, 0, 0, 0]), 0, 0);
  context.drawImage(layer, 0, 0);
  canvas.dataset.painted = mask.reduce((n, v) => n + v, 0);
  if (!cursor) return;
  context.strokeStyle = '#a5b0ff';
  context.strokeRect(cursor.x - diameter / 2, cursor.y - diameter / 2, diameter, diameter);
}

function pixels(colour) {
  const image = new ImageData(size, size);
  mask.forEach((v, i) => image.data.set(colour(v), 4 * i));
  return image;
}

function change(how) {
  how();
  maskId = null;
  draw(0);
}

function onDown(e) {
  if (!painting) return;
  e.target.setPointerCapture(e.pointerId);
  e.preventDefault();
  cursor = null;
  stroke(last = place(e));
}

function onMove(e) {
  if (!painting || !last) return;
  const to = place(e);
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - last.x, to.y - last.y)));
  for (let i = 1; i <= steps; i++) stroke({ x: last.x + (to.x - last.x) * i / steps, y: last.y + (to.y - last.y) * i / steps });
  last = to;
}

function onKey(e) {
  if (!painting) return;
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
  if (!way && e.key !== ' ') return;
  e.preventDefault();
  cursor ??= { x: size / 2, y: size / 2 };
  if (way) cursor = { x: clamp(cursor.x + way[0]), y: clamp(cursor.y + way[1]) };
  else stroke(cursor);
  draw(0);
}

const clamp = v => Math.min(size - 0.5, Math.max(0.5, v));

function place(e) {
  const box = e.target.getBoundingClientRect();
  return { x: (e.clientX - box.left) / box.width * size, y: (e.clientY - box.top) / box.height * size };
}

// Every pixel whose centre the brush covers; the one under it at least.
function stroke(at) {
  change(() => {
    const radius = diameter / 2;
    for (let y = Math.max(0, Math.floor(at.y - radius)); y < Math.min(size, at.y + radius); y++)
      for (let x = Math.max(0, Math.floor(at.x - radius)); x < Math.min(size, at.x + radius); x++) {
        const isUnder = Math.floor(at.x) === x && Math.floor(at.y) === y;
        if (isUnder || Math.hypot(x + 0.5 - at.x, y + 0.5 - at.y) <= radius) mask[y * size + x] = erases ? 0 : 1;
      }
  });
}
